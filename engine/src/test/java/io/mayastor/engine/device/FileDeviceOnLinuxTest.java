package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.LinuxKernel;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeviceOnLinuxTest extends BlockDeviceContract {
    private static final int MAX_WARM_UP_ROUNDS = 30;

    @TempDir Path directory;

    @Override
    protected DeviceFixture newFixture() {
        return new DeviceFixture(new LinuxKernel());
    }

    @Override
    protected String uri(int sizeBytes, int blockSize) throws Exception {
        return "aio://" + file(sizeBytes) + "?blk_size=" + blockSize;
    }

    private Path file(long sizeBytes) throws Exception {
        Path path = directory.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        return path;
    }

    @Test
    void growthIsNoticedOnRescan() throws Exception {
        BlockDevice device = fixture.open(uri(1 << 20, 4096));
        file(3 << 20);

        assertTrue(fixture.await(fixture.registry.rescan(device.name())));

        assertEquals(768, device.blockCount());
        write(device, 767, 1, 1);
        assertContent(device, 767, 1, 1, 0);
    }

    @Test
    void anotherCreateWithRescanTakesTheNewSizeOver() throws Exception {
        String uri = uri(1 << 20, 4096);
        BlockDevice device = fixture.open(uri);
        file(2 << 20);

        assertEquals(device, fixture.open(uri + "&rescan"));
        assertEquals(512, device.blockCount());
    }

    @Test
    void aFileThatHasShrunkIsAnErrorAndTheSizeStays() throws Exception {
        BlockDevice device = fixture.open(uri(2 << 20, 4096));
        file(1 << 20);

        DeviceException thrown =
                assertThrows(
                        DeviceException.class,
                        () -> fixture.await(fixture.registry.rescan(device.name())));

        assertTrue(thrown.getMessage().contains("has shrunk from 512 to 256 blocks"));
        assertEquals(512, device.blockCount());
        assertEquals(
                Status.UNRECOVERED_READ_ERROR,
                fixture.execute(device, Operation.READ, 300, 1, fixture.zeroed(4096)));
    }

    @Test
    void aFileInUseIsLocked() throws Exception {
        String uri = uri(1 << 20, 512);
        fixture.open(uri);
        try (DeviceFixture other = new DeviceFixture(new LinuxKernel())) {
            DeviceException thrown = assertThrows(DeviceException.class, () -> other.open(uri));
            assertEquals(DeviceException.Kind.BUSY, thrown.kind());
        }
    }

    @Test
    void theSameFileOnTheSameNodeHasTheSameUuid() throws Exception {
        BlockDevice device = fixture.open(uri(1 << 20, 512));
        fixture.closeDevice(device);

        assertEquals(device.uuid(), fixture.open(uri(1 << 20, 512)).uuid());
    }

    @Test
    void nothingIsAllocatedPerRequest() throws Exception {
        BlockDevice device = fixture.open(uri(4 << 20, 4096));
        Load load = new Load(device, fixture.filled(4096, 1));
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < MAX_WARM_UP_ROUNDS && allocated > 0; round++) {
            long before = thread.getCurrentThreadAllocatedBytes();
            load.run(100_000);
            allocated = thread.getCurrentThreadAllocatedBytes() - before;
        }

        assertEquals(0, allocated, "bytes allocated by 100 000 requests once all is compiled");
    }

    /** Keeps 32 requests in flight, every fourth a write. */
    private final class Load {
        private final BlockDevice device;
        private int left;
        private int inFlight;
        private int failures;
        private final BlockIo[] requests = new BlockIo[32];

        Load(BlockDevice device, long buffer) {
            this.device = device;
            for (int i = 0; i < requests.length; i++) {
                requests[i] = new BlockIo(this::completed);
                requests[i].operation = i % 4 == 0 ? Operation.WRITE : Operation.READ;
                requests[i].startBlock = i * 7L;
                requests[i].blocks = 1;
                requests[i].address = buffer;
            }
        }

        private void completed(BlockIo io) {
            inFlight--;
            failures += io.status == 0 ? 0 : 1;
            submit(io);
        }

        private void submit(BlockIo io) {
            if (left > 0) {
                left--;
                inFlight++;
                device.submit(io);
            }
        }

        void run(int count) {
            left = count;
            for (BlockIo request : requests) {
                submit(request);
            }
            while (inFlight > 0) {
                fixture.reactor.turn(1_000_000);
            }
            assertEquals(0, failures);
        }
    }
}
