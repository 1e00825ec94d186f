package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestKernel;
import io.mayastor.e2e.guest.GuestTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with little memory that runs the engine and mounts a volume of it. */
@GuestTest
class SmallNodeTest {
    private static final int MEMORY_MIB = 480;

    /** Taken away, so that less is left than is written. */
    private static final int HOG_MIB = 100;

    private static final int VOLUME_MIB = 512;

    /** What the engine's libraries use of the JDK. */
    private static final String MODULES =
            "java.base,java.logging,java.management,java.naming,java.net.http,java.xml,"
                    + "jdk.httpserver,jdk.management,jdk.unsupported,jdk.net";

    /** PF_MEMALLOC_NOIO and PF_LOCAL_THROTTLE, which PR_SET_IO_FLUSHER sets together. */
    private static final long IO_FLUSHER = 0x180000;

    @Test
    void filesAreWrittenBackThroughTheEngineWhileMemoryIsShort(@TempDir Path directory)
            throws Exception {
        Path volume = directory.resolve("volume");
        try (RandomAccessFile file = new RandomAccessFile(volume.toFile(), "rw")) {
            file.setLength((long) VOLUME_MIB << 20);
        }
        try (Guest node =
                Guest.boot(
                        GuestKernel.LINUX_6_12,
                        "-m",
                        "" + MEMORY_MIB,
                        "-drive",
                        "if=virtio,format=raw,snapshot=on,file=" + programDisk(directory),
                        "-drive",
                        "if=virtio,format=raw,cache=unsafe,file=" + volume)) {
            node.run("mkdir /node; mount -t ext4 -o ro /dev/vda /node");
            var engine =
                    node.start(
                            """
                            export IP_ADDR=127.0.0.1 NODE_NAME=small
                            java=/node/jre/bin/java
                            exec $java -XX:+UseSerialGC -Xms48m -Xmx48m -XX:+AlwaysPreTouch -Xss512k -XX:-UsePerfData \\
                                -XX:ReservedCodeCacheSize=64m --sun-misc-unsafe-memory-access=allow \\
                                -jar /node/mayastor.jar engine --state-dir /tmp/state --run-dir /tmp/run >/tmp/engine.log 2>&1
                            """);
            String nqn =
                    node.run(
                                    """
                                    wait_for 120 grep -q ' is up' /tmp/engine.log || { cat /tmp/engine.log; exit 1; }
                                    mayastor() { IP_ADDR=127.0.0.1 /node/jre/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar /node/mayastor.jar "$@" 2>&1; }
                                    mayastor bdev create 'aio:///dev/vdb?blk_size=4096' >/dev/null
                                    mayastor bdev share /dev/vdb | sed 's/.*\\(nqn[^?]*\\).*/\\1/'
                                    """)
                            .strip();

            node.run(
                    """
                    nvme connect -t tcp -a 127.0.0.1 -s 8420 -n '%s'
                    wait_for 20 nvme_device '%1$s'
                    mkfs.ext4 -q -F $(nvme_device '%1$s')
                    mount -t ext4 $(nvme_device '%1$s') /mnt
                    head -c %2$dm /dev/zero >/dev/shm/hog
                    fio --name=files --directory=/mnt --nrfiles=4 --filesize=48m --ioengine=psync --rw=write --bs=64k \\
                        --end_fsync=1 --verify=crc32c --verify_fatal=1
                    rm /dev/shm/hog
                    umount /mnt
                    e2fsck -fn $(nvme_device '%1$s')
                    """
                            .formatted(nqn, HOG_MIB));

            List<String> flags =
                    node.run(
                                    """
                                    for task in $(grep -l '^reactor' /proc/[0-9]*/task/*/comm); do
                                        cut -d ' ' -f 9 ${task%/comm}/stat
                                    done
                                    """)
                            .lines()
                            .toList();
            assertEquals(2, flags.size(), "reactors: " + flags);
            for (String each : flags) {
                assertEquals(IO_FLUSHER, Long.parseLong(each) & IO_FLUSHER, "flags of a reactor");
            }
            assertFalse(engine.isDone(), "the engine has ended");
            node.kernelLog().expect("oom", "Out of memory");
            node.kernelLog().check();
        }
    }

    /** A disk with the program and a Java runtime. */
    private static Path programDisk(Path directory) throws IOException, InterruptedException {
        Path content = directory.resolve("content");
        Path target = Repository.ROOT.resolve("cli/target");
        Files.createDirectories(content.resolve("lib"));
        Files.copy(target.resolve("mayastor.jar"), content.resolve("mayastor.jar"));
        try (var libraries = Files.list(target.resolve("lib"))) {
            for (Path library : libraries.toList()) {
                Files.copy(library, content.resolve("lib").resolve(library.getFileName()));
            }
        }
        Path java = Path.of(System.getProperty("java.home"), "bin");
        run(
                java.resolve("jlink").toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                content.resolve("jre").toString());
        Path disk = directory.resolve("program");
        run(
                Repository.ROOT.resolve("e2e/guest/disk").toString(),
                content.toString(),
                disk.toString(),
                "256");
        return disk;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), command[0]);
    }
}
