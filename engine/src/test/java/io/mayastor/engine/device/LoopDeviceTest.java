package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.LinuxKernel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a block device of Linux; needs root and losetup, else it is skipped. */
class LoopDeviceTest extends BlockDeviceContract {
    @TempDir Path directory;

    private String loop;
    private Path image;

    @Override
    protected DeviceFixture newFixture() {
        return new DeviceFixture(new LinuxKernel());
    }

    @Override
    protected String uri(int sizeBytes, int blockSize) throws Exception {
        attach(sizeBytes, blockSize);
        return "aio://" + loop;
    }

    private void attach(long sizeBytes, int blockSize) throws Exception {
        image = directory.resolve("loop.img");
        resize(sizeBytes);
        loop =
                losetup(
                        "--find",
                        "--show",
                        "--direct-io=on",
                        "-b",
                        Integer.toString(blockSize),
                        image.toString());
        Assumptions.assumeTrue(loop.startsWith("/dev/"), "no loop device to be had: " + loop);
    }

    private void resize(long sizeBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
    }

    /** What losetup prints, or why it can not be had. */
    private static String losetup(String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "losetup";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            return output.trim();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @AfterEach
    void detach() throws InterruptedException {
        for (DeviceInfo info : fixture.registry.list()) {
            fixture.closeDevice(info.device());
        }
        if (loop != null && loop.startsWith("/dev/")) {
            losetup("-d", loop);
        }
    }

    @Test
    void theBlockSizeOfTheDiskIsFound() throws Exception {
        attach(4 << 20, 4096);

        assertEquals(4096, fixture.open(loop).blockSize());
    }

    @Test
    void smallerBlocksThanTheDisksAreRefused() throws Exception {
        attach(4 << 20, 4096);

        DeviceException thrown =
                assertThrows(DeviceException.class, () -> fixture.open(loop + "?blk_size=512"));

        assertTrue(thrown.getMessage().contains("use blk_size=4096"), thrown.getMessage());
    }

    @Test
    void growthIsNoticedOnRescan() throws Exception {
        attach(4 << 20, 4096);
        BlockDevice device = fixture.open(loop);
        resize(8 << 20);
        losetup("-c", loop);

        assertTrue(fixture.await(fixture.registry.rescan(loop)));

        assertEquals(2048, device.blockCount());
        write(device, 2047, 1, 1);
        assertContent(device, 2047, 1, 1, 0);
    }

    @Test
    void aDiskInUseIsBusy() throws Exception {
        attach(4 << 20, 4096);
        fixture.open(loop);
        try (DeviceFixture other = new DeviceFixture(new LinuxKernel())) {
            DeviceException thrown = assertThrows(DeviceException.class, () -> other.open(loop));

            assertEquals(DeviceException.Kind.BUSY, thrown.kind());
            assertTrue(thrown.getMessage().contains("is mounted or used by another"));
        }
    }
}
