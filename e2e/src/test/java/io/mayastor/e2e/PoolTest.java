package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.api.v1.Pool;
import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import io.mayastor.e2e.guest.ScriptResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host sees of replicas that their pool opens, fills up or resizes. */
@GuestTest
class PoolTest {
    @TempDir private Path directory;

    private EngineProcess engine;

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    private String attach(String nqn) {
        return "attach '%s' %d --reconnect-delay=1 --ctrl-loss-tmo=300"
                .formatted(nqn, engine.port());
    }

    @Test
    void poolsNamedAtTheStartAreMadeOnceAndThenOpenedWithWhatTheyShare(Guest host)
            throws Exception {
        Path good = SparseFile.at(directory.resolve("good"), 128);
        Path bad = directory.resolve("bad");
        byte[] foreign = "somebody else's data".repeat(1 << 16).getBytes();
        Files.write(bad, foreign);
        engine = EngineProcess.startWith(directory, "--storage-pool=bad=" + bad + ",good=" + good);
        String nqn = engine.pools().replica("good", "r", 32);
        host.kernelLog().expect("nvme");
        host.run(
                """
                device=$(%s)
                head -c $((1 << 20)) /dev/urandom >/tmp/written
                dd if=/tmp/written of=$device bs=1M oflag=direct 2>/dev/null
                """
                        .formatted(attach(nqn)));

        engine.kill();
        engine.start();

        host.run(
                """
                wait_for 60 live_paths '%s' 1
                cmp -n 1048576 $(nvme_device '%1$s') /tmp/written
                """
                        .formatted(nqn));
        assertEquals(List.of("good"), engine.pools().list().stream().map(Pool::getName).toList());
        assertArrayEquals(foreign, Files.readAllBytes(bad));
        assertTrue(engine.log().contains(bad.toString()), engine.log());
    }

    @Test
    void fullPoolRefusesWritesAndHurtsNothingUntilSpaceIsGivenBack(Guest host) throws Exception {
        engine = EngineProcess.start(directory);
        EnginePools pools = engine.pools();
        pools.open("pool", SparseFile.at(directory.resolve("disk"), 128));
        String victim = pools.replica("pool", "victim", 48);
        String greedy = pools.replica("pool", "greedy", 100);
        host.run(
                """
                device=$(%s)
                head -c $((16 << 20)) /dev/urandom >/tmp/before
                dd if=/tmp/before of=$device bs=1M oflag=direct 2>/dev/null
                %s
                """
                        .formatted(attach(victim), attach(greedy)));
        long before = pools.pool("pool").getUsed();
        host.kernelLog().expect("space allocation|I/O error|nvme");

        ScriptResult filled =
                host.tryToRun(
                        "dd if=/dev/zero of=$(nvme_device '%s') bs=1M oflag=direct 2>&1"
                                .formatted(greedy));

        assertTrue(filled.output().contains("No space left on device"), filled.output());
        long full = pools.pool("pool").getUsed();
        String victimWorks =
                """
                device=$(nvme_device '%s')
                cmp -n $((16 << 20)) $device /tmp/before
                dd if=/tmp/before of=$device bs=1M oflag=direct 2>/dev/null
                verify $device 1m --offset=4m
                dd if=/tmp/before of=$device bs=1M oflag=direct 2>/dev/null
                """
                        .formatted(victim);
        host.run(victimWorks);

        host.run("blkdiscard -o 0 -l $((32 << 20)) $(nvme_device '%s')".formatted(greedy));
        pools.await("pool", pool -> pool.getUsed() <= full - (32 << 20));
        host.run(
                victimWorks
                        + """
                        dd if=/tmp/before of=$device bs=1M seek=16 oflag=direct 2>/dev/null
                        nvme disconnect -n '%s'
                        """
                                .formatted(greedy));

        pools.destroyReplica("greedy");
        pools.await("pool", pool -> pool.getUsed() <= before + (16 << 20));
        host.run(victimWorks);
    }

    @Test
    void hostSeesTheNewSizeOfAReplicaUnderLoad(Guest host) throws Exception {
        engine = EngineProcess.start(directory);
        EnginePools pools = engine.pools();
        pools.open("pool", SparseFile.at(directory.resolve("disk"), 128));
        String nqn = pools.replica("pool", "r", 32);
        host.run(attach(nqn));
        VerifiedLoad load = VerifiedLoad.start(host, nqn);

        pools.resize("r", 48);

        host.run(
                """
                device=$(nvme_device '%s')
                wait_for 20 size_is $device 48
                verify $device 1m --offset=32m
                """
                        .formatted(nqn));
        load.endsWell();
    }
}
