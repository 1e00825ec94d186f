package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is killed again and again loses nothing of its pool. */
@GuestTest
class PoolKillTest {
    private static final int KILLS = Integer.getInteger("mayastor.pool.kills", 4);

    private EngineProcess engine;
    private EnginePools pools;
    private Path disk;

    @BeforeEach
    void startEngine(@TempDir Path directory) throws IOException {
        disk = SparseFile.at(directory.resolve("disk"), 512);
        engine = EngineProcess.start(directory);
        pools = engine.pools();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    private String attach(String nqn) {
        return "attach '%s' %d --reconnect-delay=1 --ctrl-loss-tmo=300 --nr-io-queues=2"
                .formatted(nqn, engine.port());
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // for as many kills as somebody asks for
    void verifiedLoadFilesAndAFrozenCloneSurviveEveryKill(Guest host) throws Exception {
        host.kernelLog().expect("nvme|block");
        pools.open("pool", disk);
        String files = pools.replica("pool", "files", 64);
        String blocks = pools.replica("pool", "blocks", 64);
        host.run(
                """
                device=$(%s)
                mkfs.ext4 -q -F $device
                mount -t ext4 $device /mnt
                rm -f /tmp/sums
                device=$(%s)
                head -c $((8 << 20)) /dev/urandom >/tmp/frozen
                dd if=/tmp/frozen of=$device bs=1M oflag=direct 2>/dev/null
                """
                        .formatted(attach(files), attach(blocks)));
        pools.snapshot("blocks", "frozen");
        VerifiedLoad load = VerifiedLoad.start(host, blocks);
        String clone = pools.clone("frozen", "clone");
        host.run(attach(clone));

        for (int kill = 1; kill <= KILLS; kill++) {
            load.awaitProgress();
            host.run(
                    """
                    mkdir /mnt/%1$d
                    for i in $(seq 8); do head -c $((RANDOM * 8)) /dev/urandom >/mnt/%1$d/$i; done
                    sync
                    cd /mnt
                    sha256sum %1$d/* >>/tmp/sums
                    """
                            .formatted(kill));
            pools.snapshot("blocks", "under-load-" + kill);
            if (kill > 1) {
                pools.destroySnapshot("under-load-" + (kill - 1));
            }

            engine.kill();
            String report = Program.run("pool", "check", disk.toString());
            assertTrue(report.contains("clean: every invariant holds"), report);
            engine.start();
            pools.open("pool", disk);

            for (String nqn : new String[] {files, blocks, clone}) {
                host.run("wait_for 60 live_paths '%s' 1".formatted(nqn));
            }
            host.run("cmp -n %d $(nvme_device '%s') /tmp/frozen".formatted(8 << 20, clone));
        }
        load.endsWell();
        host.run(
                """
                umount /mnt
                device=$(nvme_device '%s')
                e2fsck -fn $device >/dev/null 2>&1
                mount -t ext4 $device /mnt
                cd /mnt
                sha256sum -c -s /tmp/sums
                """
                        .formatted(files));
    }
}
