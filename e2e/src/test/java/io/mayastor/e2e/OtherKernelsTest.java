package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestKernel;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The kernels of an older and of a newer distribution work with the target as well. */
@GuestTest
class OtherKernelsTest {
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "LINUX_6_12")
    void connectsVerifiesAndMounts(GuestKernel kernel, @TempDir Path directory) throws Exception {
        try (EngineProcess engine = EngineProcess.start(directory);
                Guest host = Guest.boot(kernel)) {
            String nqn = engine.share("malloc:///m0?size_mb=64&blk_size=4096");
            host.run(
                    """
                    nvme discover -t tcp -a %s -s %d
                    device=$(attach %s %2$d)
                    verify $device 8m
                    blkdiscard $device
                    mkfs.ext4 -q -F $device
                    mount -t ext4 $device /mnt
                    head -c 2m /dev/urandom >/mnt/file
                    umount /mnt
                    e2fsck -fn $device
                    nvme disconnect -n %3$s
                    device=$(attach %3$s %2$d --hdr-digest --data-digest)
                    verify $device 4m
                    nvme disconnect-all
                    """
                            .formatted(Guest.HOST, engine.port(), nqn));
            host.kernelLog().check();
        }
    }
}
