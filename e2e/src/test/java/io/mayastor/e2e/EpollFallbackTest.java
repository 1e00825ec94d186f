package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine that may not use io_uring serves a Linux host all the same, and says why it is slow.
 */
@GuestTest
class EpollFallbackTest {
    private EngineProcess engine;
    private String nqn;

    @BeforeEach
    void shareAFile(@TempDir Path directory) throws Exception {
        Path disk = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        engine = EngineProcess.start(directory, WithoutIoUring.launcher());
        nqn = engine.share("aio://" + disk + "?blk_size=4096");
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void dataIsVerifiedOnAFile(Guest host) {
        host.run(
                """
                device=$(attach %s %d)
                verify $device 4m
                verify $device 4m --bs=128k --iodepth=4
                blkdiscard $device
                mkfs.ext4 -q -F $device
                e2fsck -fn $device
                """
                        .formatted(nqn, engine.port()));
        assertTrue(engine.log().contains("epoll (io_uring refused"), engine.log());
    }
}
