package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceFixture.TestIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.Survival;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flushes, failures and power cuts, on a simulated disk. */
class FileDeviceFaultsTest {
    private static final int BLOCK = 4096;

    private SimulatedDisk disk;
    private SimulatedKernel host;
    private DeviceFixture fixture;
    private BlockDevice device;
    private final List<String> failures = new ArrayList<>();

    @BeforeEach
    void openDisk() {
        disk = SimulatedDisk.blockDevice(1 << 20, BLOCK);
        host = SimulatedHost.with(disk);
        fixture = new DeviceFixture(host);
        device = fixture.open("aio://" + SimulatedHost.PATH);
        device.addListener(
                new DeviceListener() {
                    @Override
                    public void failed(BlockDevice failed, String reason) {
                        failures.add(reason);
                    }
                });
    }

    private TestIo submitted(Operation operation, long start, int blocks, boolean forced) {
        long buffer = blocks == 0 ? 0 : fixture.filled(blocks * BLOCK, (int) start + 1);
        TestIo test = fixture.request(operation, start, blocks, buffer);
        test.io.forceUnitAccess = forced;
        device.submit(test.io);
        return test;
    }

    private int completed(TestIo test) {
        fixture.turnUntil(test + " completes", test::isDone);
        return test.io.status;
    }

    private int execute(Operation operation, long start, int blocks, boolean forced) {
        return completed(submitted(operation, start, blocks, forced));
    }

    private byte[] written(long start) {
        long buffer = fixture.filled(BLOCK, (int) start + 1);
        byte[] bytes = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            bytes[i] = Memory.getByte(buffer + i);
        }
        return bytes;
    }

    @Test
    void flushesOfOneTurnShareOneSync() {
        execute(Operation.WRITE, 1, 1, false);
        long before = fixture.reactor.ring().statistics().submitted();

        List<TestIo> flushes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            flushes.add(submitted(Operation.FLUSH, 0, 0, false));
        }
        flushes.forEach(flush -> assertEquals(Status.SUCCESS, completed(flush)));

        assertEquals(1, fixture.reactor.ring().statistics().submitted() - before);
        assertEquals(0, disk.unflushedWrites());
    }

    @Test
    void aFlushThatComesWhileOneRunsWaitsForTheNext() {
        disk.inject(DiskFault.every(Kind.FLUSH, new Effect.Delay(50_000_000)).atMost(1));
        TestIo first = submitted(Operation.FLUSH, 0, 0, false);
        fixture.reactor.turn(0);
        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 3, 1, false));
        assertFalse(first.isDone(), "the first flush still runs");

        TestIo second = submitted(Operation.FLUSH, 0, 0, false);
        completed(first);
        assertFalse(second.isDone(), "the first does not cover the write");
        assertEquals(1, disk.unflushedWrites());

        assertEquals(Status.SUCCESS, completed(second));
        assertArrayEquals(written(3), disk.readDurable(3 * BLOCK, BLOCK));
    }

    @Test
    void aFailedFlushFailsTheDeviceForGood() {
        execute(Operation.WRITE, 1, 1, false);
        disk.inject(DiskFault.every(Kind.FLUSH, DiskFault.ioError()).atMost(1));

        TestIo flush = submitted(Operation.FLUSH, 0, 0, false);
        TestIo sharing = submitted(Operation.FLUSH, 0, 0, false);

        assertEquals(Status.INTERNAL_ERROR, completed(flush));
        assertEquals(Status.INTERNAL_ERROR, completed(sharing));
        assertEquals(List.of("a flush of /dev/vdb failed: EIO (5)"), failures);
        assertEquals(Status.INTERNAL_ERROR, execute(Operation.FLUSH, 0, 0, false));
        assertEquals(Status.INTERNAL_ERROR, execute(Operation.READ, 0, 1, false));
        assertEquals(Status.INTERNAL_ERROR, execute(Operation.WRITE, 0, 1, true));
    }

    @Test
    void aFlushThatWaitsBehindAFailedOneFailsToo() {
        disk.inject(DiskFault.every(Kind.FLUSH, DiskFault.ioError()).atMost(1));
        TestIo failing = submitted(Operation.FLUSH, 0, 0, false);
        fixture.reactor.turn(0);
        TestIo waiting = submitted(Operation.FLUSH, 0, 0, false);

        assertEquals(Status.INTERNAL_ERROR, completed(failing));
        assertEquals(Status.INTERNAL_ERROR, completed(waiting));
        assertEquals(1, waiting.completions);
    }

    @Test
    void aFailedForcedWriteFailsTheDevice() {
        disk.inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()).atMost(1));

        assertEquals(Status.WRITE_FAULT, execute(Operation.WRITE, 0, 1, true));

        assertEquals(1, failures.size());
        assertEquals(Status.INTERNAL_ERROR, execute(Operation.READ, 0, 1, false));
    }

    @ParameterizedTest
    @CsvSource({"61, 1", "110, 1", "28, 0", "12, 0"})
    void aForcedWriteThatReachedTheDiskAndFailedInWhateverWayFailsTheDevice(
            int errno, int expectedFailures) {
        disk.inject(DiskFault.every(Kind.WRITE, new Effect.Fail(errno)).atMost(1));

        execute(Operation.WRITE, 0, 1, true);

        assertEquals(expectedFailures, failures.size());
    }

    @Test
    void aFailedDeviceCanBeClosedAndOpenedAnew() {
        int before = host.openDescriptors();
        disk.inject(DiskFault.every(Kind.FLUSH, DiskFault.ioError()).atMost(1));
        execute(Operation.FLUSH, 0, 0, false);

        fixture.closeDevice(device);
        assertEquals(before - 1, host.openDescriptors());
        device = fixture.open("aio://" + SimulatedHost.PATH);

        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 0, 1, true));
    }

    @ParameterizedTest
    @CsvSource({
        "READ, READ, 5, 0x281",
        "WRITE, WRITE, 5, 0x280",
        "WRITE, WRITE, 28, 0x081",
        "COMPARE, READ, 5, 0x281",
        "WRITE_ZEROES, ALLOCATE, 28, 0x081",
        "DEALLOCATE, ALLOCATE, 5, 0x280",
        "READ, READ, 19, 0x006",
    })
    void anErrorOfTheDiskIsToldAsWhatItMeans(
            Operation operation, Kind kind, int errno, String status) {
        disk.inject(DiskFault.every(kind, new Effect.Fail(errno)).atMost(1));

        int found = execute(operation, 2, 1, false);

        assertEquals(Integer.decode(status), found, Status.name(found));
        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 2, 1, false));
        assertEquals(List.of(), failures);
    }

    @Test
    void forcedAndFlushedDataSurviveAPowerCut() {
        execute(Operation.WRITE, 1, 1, false);
        execute(Operation.WRITE, 2, 1, false);
        execute(Operation.FLUSH, 0, 0, false);
        execute(Operation.WRITE, 3, 1, true);
        execute(Operation.WRITE_ZEROES, 2, 1, true);
        execute(Operation.WRITE, 4, 1, false);
        byte[] first = written(1);
        byte[] third = written(3);

        DeviceFixture restarted = new DeviceFixture(host.crash(Survival.NONE));
        BlockDevice found = restarted.open("aio://" + SimulatedHost.PATH);

        assertArrayEquals(first, blockOf(restarted, found, 1));
        assertArrayEquals(new byte[BLOCK], blockOf(restarted, found, 2));
        assertArrayEquals(third, blockOf(restarted, found, 3));
        assertArrayEquals(new byte[BLOCK], blockOf(restarted, found, 4), "was never flushed");
    }

    private static byte[] blockOf(DeviceFixture fixture, BlockDevice device, long block) {
        long buffer = fixture.read(device, block, 1);
        byte[] bytes = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            bytes[i] = Memory.getByte(buffer + i);
        }
        return bytes;
    }

    @Test
    void compareWaitsForABufferWhenTheArenaIsEmpty() {
        execute(Operation.WRITE, 9, 1, false);
        long expected = fixture.filled(BLOCK, 10);
        List<Long> taken = new ArrayList<>();
        for (long page = takePage(); page != 0; page = takePage()) {
            taken.add(page);
        }
        TestIo compare = fixture.request(Operation.COMPARE, 9, 1, expected);
        device.submit(compare.io);
        fixture.reactor.turn(1_000_000);
        assertFalse(compare.isDone(), "waits");

        taken.forEach(page -> fixture.reactor.arena().free(page, BLOCK));

        assertEquals(Status.SUCCESS, completed(compare));
    }

    private long takePage() {
        return fixture.reactor.arena().allocateInternal(BLOCK);
    }

    @Test
    void aBufferThatIsNotAlignedIsRefusedBeforeAnythingStarts() {
        long buffer = fixture.zeroed(2 * BLOCK);
        for (long address : new long[] {0, buffer + 8, buffer + 512}) {
            TestIo write = fixture.request(Operation.WRITE, 0, 1, address);
            assertThrows(IllegalArgumentException.class, () -> device.submit(write.io));
        }
        assertEquals(0, fixture.reactor.ring().inFlight());
    }

    @Test
    void noMoreTransfersThanTheLimitAreInTheRing() {
        List<TestIo> reads = new ArrayList<>();
        long buffer = fixture.zeroed(BLOCK);
        for (int i = 0; i < 3 * FileDevice.MAX_IN_FLIGHT; i++) {
            reads.add(fixture.request(Operation.READ, i % 256, 1, buffer));
        }
        reads.forEach(read -> device.submit(read.io));

        assertEquals(FileDevice.MAX_IN_FLIGHT, fixture.reactor.ring().inFlight());
        fixture.turnUntil("all complete", () -> reads.stream().allMatch(TestIo::isDone));
    }

    @Test
    void aClaimedDiskIsBusy() {
        DeviceFixture other = fixture;
        DeviceException thrown =
                assertThrows(
                        DeviceException.class,
                        () -> OpenFile.open(other.kernel, DeviceUri.parse(SimulatedHost.PATH)));

        assertEquals(DeviceException.Kind.BUSY, thrown.kind());
    }

    @Test
    void aDiskThatGrowsIsLargerAfterRescan() {
        disk.resize(2 << 20);

        assertTrue(fixture.await(fixture.registry.rescan(device.name())));

        assertEquals(512, device.blockCount());
        assertFalse(fixture.await(fixture.registry.rescan(device.name())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    aio:///dev/none            | NOT_FOUND        | there is no disk /dev/none
                    /data/none                 | NOT_FOUND        | truncate -s 10G /data/none
                    /dev/vdc?blk_size=512      | INVALID_ARGUMENT | use blk_size=4096
                    /dev/vdc?blk_size=1000     | INVALID_ARGUMENT | blk_size must be 512 or 4096
                    /dev/vdc?size=1            | INVALID_ARGUMENT | unknown parameter size, allowed
                    uring:///dev/vdc?rescan    | INVALID_ARGUMENT | unknown parameter rescan
                    /data/small                | INVALID_ARGUMENT | its 100 bytes are too small
                    aio://dev/vdc              | INVALID_ARGUMENT | must follow three slashes
                    """)
    void anOpenThatCanNotSucceedSaysWhatToDo(
            String uri, DeviceException.Kind kind, String complaint) {
        host.attach("/dev/vdc", SimulatedDisk.blockDevice(1 << 20, BLOCK));
        host.attach("/data/small", SimulatedDisk.file(100));
        int descriptors = host.openDescriptors();

        DeviceException thrown = assertThrows(DeviceException.class, () -> fixture.open(uri));

        assertEquals(kind, thrown.kind(), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(complaint), thrown.getMessage());
        assertEquals(descriptors, host.openDescriptors(), "descriptors left open");
        assertEquals(1, fixture.registry.list().size());
    }

    @Test
    void errorNumbersWithoutAMeaningAreInternalErrors() {
        for (int errno : Arrays.asList(Errno.EFAULT, Errno.EINVAL, Errno.EBADF)) {
            assertEquals(Status.INTERNAL_ERROR, ErrnoStatus.of(Operation.READ, -errno));
        }
    }

    @Test
    void aFlushThatRunsWhileAForcedWriteFailsPromisesNothing() {
        disk.inject(DiskFault.every(Kind.FLUSH, new Effect.Delay(50_000_000)).atMost(1));
        TestIo flush = submitted(Operation.FLUSH, 0, 0, false);
        fixture.reactor.turn(0);
        disk.inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()).atMost(1));

        assertEquals(Status.WRITE_FAULT, execute(Operation.WRITE, 0, 1, true));
        assertFalse(flush.isDone(), "the flush still runs");

        assertEquals(Status.INTERNAL_ERROR, completed(flush));
    }
}
