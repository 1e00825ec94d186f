package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of a host outlive its connection, and the engine when it is killed. */
@GuestTest
class FileSystemTest {
    private EngineProcess engine;

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, mkfs.ext4 -q -F, e2fsck -fn, 64, 4096",
        "xfs,  mkfs.xfs -q -f,  xfs_repair -n, 320, 512"
    })
    void filesSurviveDisconnectAndTheDeathOfTheEngine(
            String type,
            String make,
            String check,
            int sizeMib,
            int blockSize,
            @TempDir Path directory,
            Guest host)
            throws Exception {
        Path disk = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength((long) sizeMib << 20);
        }
        String uri = "aio://" + disk + "?blk_size=" + blockSize;
        engine = EngineProcess.start(directory);
        String nqn = engine.share(uri);
        String words =
                """
                look() {
                    device=$(nvme_device %1$s)
                    %3$s $device
                    mount -t %4$s $device /mnt
                    cd /mnt
                    sha256sum -c -s /tmp/sums
                    cd /
                }
                write_files() {
                    mkdir /mnt/$1
                    for i in $(seq 24); do head -c $((RANDOM * 20)) /dev/urandom >/mnt/$1/$i; done
                    sync
                    cd /mnt
                    sha256sum $1/* >>/tmp/sums
                    cd /
                }
                connect() { attach %1$s %2$d --reconnect-delay=1 --ctrl-loss-tmo=60; }
                """
                        .formatted(nqn, engine.port(), check, type);

        host.run(
                words
                        + """
                        rm -f /tmp/sums
                        connect
                        %s $(nvme_device %s)
                        mount -t %s $(nvme_device %2$s) /mnt
                        write_files first
                        umount /mnt
                        nvme disconnect -n %2$s
                        connect
                        look
                        write_files second
                        """
                                .formatted(make, nqn, type));

        host.kernelLog().expect("nvme");
        engine.kill();
        engine.start();
        engine.share(uri);
        host.run(
                words
                        + """
                        wait_for 60 live_paths %s 1
                        write_files third
                        umount /mnt
                        look
                        umount /mnt
                        """
                                .formatted(nqn));
    }
}
