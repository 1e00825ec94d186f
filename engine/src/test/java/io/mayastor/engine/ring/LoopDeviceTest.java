package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A real block device with blocks of 4 KiB: a loop device over a file. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = RingChoice.class,
        names = {"AUTOMATIC", "EPOLL"})
class LoopDeviceTest {
    private static final long SIZE = 16L << 20;

    @Parameter RingChoice choice;

    @TempDir Path directory;

    private Path backing;
    private String disk;
    private RingWorld world;

    @BeforeEach
    void attach() throws Exception {
        backing = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        Output attached =
                run(
                        "losetup",
                        "--find",
                        "--show",
                        "--direct-io=on",
                        "-b",
                        "4096",
                        backing.toString());
        assumeTrue(
                attached.exitValue == 0,
                "skipped: a loop device needs root and losetup: " + attached.text);
        disk = attached.text.strip();
        world = new RingWorld(new LinuxKernel(choice), new RingOptions(8, 16));
    }

    @AfterEach
    void detach() throws Exception {
        if (world != null) {
            world.close();
        }
        if (disk != null) {
            run("losetup", "--detach", disk);
        }
    }

    private record Output(int exitValue, String text) {}

    private static Output run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(
                    process.waitFor(20, TimeUnit.SECONDS), "no end: " + String.join(" ", command));
            return new Output(process.exitValue(), text);
        } catch (IOException e) {
            return new Output(-1, e.getMessage());
        }
    }

    private int open() throws IOException {
        return world.kernel.open(disk, new Kernel.OpenMode(true, true, true));
    }

    @Test
    void itsSizeAndBlocksAreFoundOut() throws Exception {
        int file = open();

        Kernel.FileDescription description = world.kernel.describe(file);

        assertEquals(new Kernel.FileDescription(true, SIZE, 4096, 4096, 4096), description);
        world.close(file);
    }

    @Test
    void itsGrowthIsNoticed() throws Exception {
        int file = open();
        try (RandomAccessFile larger = new RandomAccessFile(backing.toFile(), "rw")) {
            larger.setLength(2 * SIZE);
        }
        assertEquals(0, run("losetup", "--set-capacity", disk).exitValue);

        assertEquals(2 * SIZE, world.kernel.describe(file).sizeBytes());
        world.close(file);
    }

    @Test
    void aSecondClaimIsRefused() throws Exception {
        int file = open();

        SystemCallException e = assertThrows(SystemCallException.class, this::open);

        assertEquals(Errno.EBUSY, e.errno());
        world.close(file);
    }

    @Test
    void blocksAreWrittenReadPunchedAndDiscarded() throws Exception {
        int file = open();
        long data = world.pattern(65_536, 1);
        long back = world.room(65_536);
        assertEquals(65_536, world.write(file, 4096, data, 65_536, Ring.DSYNC));
        assertEquals(65_536, world.read(file, 4096, back, 65_536));
        assertEquals(-1, Memory.mismatch(data, back, 65_536));
        assertEquals(-Errno.EINVAL, world.read(file, 512, back, 4096), "half a block");

        Outcome punched = new Outcome();
        world.ring.fallocate(file, Ring.PUNCH_HOLE, 4096, 8192, punched);
        assertEquals(0, world.await(punched));
        assertEquals(65_536, world.read(file, 4096, back, 65_536));
        Memory.zero(data, 8192);
        assertEquals(-1, Memory.mismatch(data, back, 65_536));

        Outcome discarded = new Outcome();
        world.ring.discard(file, 8L << 20, 1 << 20, discarded);
        int result = world.await(discarded);
        assertTrue(result == 0 || result == -Errno.EOPNOTSUPP, "discard: " + result);
        Outcome synced = new Outcome();
        world.ring.fsync(file, true, synced);
        assertEquals(0, world.await(synced));
        world.close(file);
    }

    @Test
    void itsEndIsTheEnd() throws Exception {
        int file = open();
        long room = world.room(8192);

        assertEquals(0, world.read(file, SIZE, room, 4096));
        assertEquals(-Errno.ENOSPC, world.write(file, SIZE, room, 4096, 0));
        assertEquals(4096, world.read(file, SIZE - 4096, room, 8192));
        world.close(file);
    }
}
