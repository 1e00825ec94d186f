package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands beside read and write, as tools of a Linux host send them. */
@GuestTest
class BlockCommandsTest {
    private static final int BYTES = 32 << 20;

    private EngineProcess engine;

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"malloc", "aio"})
    void discardWriteZeroesFlushAndCompareDoWhatTheySay(
            String scheme, @TempDir Path directory, Guest host) throws Exception {
        Path disk = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        String uri =
                scheme.equals("aio")
                        ? "aio://" + disk + "?blk_size=4096"
                        : "malloc:///m0?size_mb=32&blk_size=4096";
        engine = EngineProcess.start(directory);
        String nqn = engine.share(uri);
        String sums =
                host.run(
                        """
                        device=$(attach %s %d)
                        sum() { dd if=$device bs=64k skip=$1 count=16 iflag=direct 2>/dev/null | sha256sum; }
                        head -c 4m /dev/urandom >/tmp/data
                        dd if=/tmp/data of=$device bs=64k oflag=direct 2>/dev/null
                        cmp -s -n 4194304 /tmp/data $device
                        blkdiscard -o 0 -l 1m $device
                        blkdiscard -z -o 1m -l 1m $device
                        nvme write-zeroes $device -s 512 -c 255 --deac
                        nvme flush $device -n 1
                        sum 0
                        sum 16
                        sum 32
                        sum 48
                        tail -c 1m /tmp/data | sha256sum
                        nvme compare $device -s 0 -c 0 -z 4096 -d /dev/zero
                        head -c 8192 /tmp/data >/tmp/first
                        nvme write $device -s 0 -c 1 -z 8192 -d /tmp/first
                        nvme compare $device -s 0 -c 1 -z 8192 -d /tmp/first
                        nvme verify $device -s 0 -c 63 || true
                        """
                                .formatted(nqn, engine.port()));
        var zero = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58";
        var lines = sums.lines().filter(line -> line.endsWith("  -")).toList();
        assertEquals(zero, lines.get(0).substring(0, 64), "discarded");
        assertEquals(zero, lines.get(1).substring(0, 64), "zeroed");
        assertEquals(zero, lines.get(2).substring(0, 64), "zeroed and deallocated");
        assertEquals(lines.get(4), lines.get(3), "left alone");

        host.run("head -c 4096 /dev/urandom >/tmp/other");
        var miscompare =
                host.tryToRun(
                        "nvme compare $(nvme_device %s) -s 0 -c 0 -z 4096 -d /tmp/other"
                                .formatted(nqn));
        assertTrue(miscompare.output().contains("Compare Failure"), miscompare.output());
    }
}
