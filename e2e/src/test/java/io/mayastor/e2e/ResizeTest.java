package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connected host sees that a device has grown. */
@GuestTest
class ResizeTest {
    private static final int BEFORE_MIB = 32;
    private static final int AFTER_MIB = 48;

    private EngineProcess engine;

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void theNewSpaceIsThereWithoutReconnectingAndUnderLoad(@TempDir Path directory, Guest host)
            throws Exception {
        Path disk = directory.resolve("disk");
        String uri = "aio://" + disk + "?blk_size=4096";
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength((long) BEFORE_MIB << 20);
            engine = EngineProcess.start(directory);
            String nqn = engine.share(uri);
            host.run(
                    """
                    device=$(attach '%s' %d)
                    size_is $device %d
                    """
                            .formatted(nqn, engine.port(), BEFORE_MIB));
            VerifiedLoad load = VerifiedLoad.start(host, nqn);
            String controllers = host.run("nvme_controllers '%s'".formatted(nqn));

            file.setLength((long) AFTER_MIB << 20);
            engine.create(uri + "&rescan");
            host.run(
                    """
                    device=$(nvme_device '%s')
                    wait_for 20 size_is $device %d
                    [ "$(nvme_controllers '%1$s')" = "%s" ]
                    verify $device 1m --offset=%dm
                    head -c 4096 /dev/urandom >/tmp/last
                    dd if=/tmp/last of=$device bs=4k seek=$((%2$d * 256 - 1)) oflag=direct 2>&1
                    dd if=$device bs=4k skip=$((%2$d * 256 - 1)) iflag=direct 2>/dev/null | cmp - /tmp/last
                    ! dd if=/tmp/last of=$device bs=4k seek=$((%2$d * 256)) oflag=direct 2>&1
                    """
                            .formatted(nqn, AFTER_MIB, controllers.strip(), BEFORE_MIB));
            load.endsWell();
        }
    }
}
