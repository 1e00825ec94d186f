package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceFixture.TestIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every device that keeps data promises, on 512 and 4096-byte blocks. */
abstract class BlockDeviceContract {
    private static final int DEVICE_BYTES = 4 << 20;

    protected DeviceFixture fixture;

    protected abstract DeviceFixture newFixture() throws Exception;

    /** URI of a device of so many bytes that reads zeros at first. */
    protected abstract String uri(int sizeBytes, int blockSize) throws Exception;

    @BeforeEach
    void openReactor() throws Exception {
        fixture = newFixture();
    }

    @AfterEach
    void closeReactor() {
        fixture.close();
    }

    private BlockDevice device(int blockSize) throws Exception {
        return fixture.open(uri(DEVICE_BYTES, blockSize));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void theSizeIsWhatWasAskedFor(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);

        assertEquals(blockSize, device.blockSize());
        assertEquals(DEVICE_BYTES / blockSize, device.blockCount());
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aNewDeviceReadsZeros(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);

        assertZeros(device, 0, 16);
        assertZeros(device, device.blockCount() - 16, 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void whatIsWrittenIsReadAndNeighboursStay(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        write(device, 0, 24, 1);

        write(device, 7, 3, 2);

        assertContent(device, 7, 3, 2, 0);
        assertContent(device, 0, 7, 1, 0);
        assertContent(device, 10, 14, 1, 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void theLargestTransferArrivesWhole(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        int blocks = (1 << 20) / blockSize;

        write(device, 5, blocks, 3);

        assertContent(device, 5, blocks, 3, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aForcedWriteSucceedsAndIsRead(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        TestIo write = fixture.request(Operation.WRITE, 4, 2, fixture.filled(2 * blockSize, 4));
        write.io.forceUnitAccess = true;

        assertEquals(Status.SUCCESS, fixture.execute(device, write));
        assertEquals(Status.SUCCESS, fixture.flush(device));
        assertContent(device, 4, 2, 4, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void writtenZeroesAreReadAndNeighboursStay(int blockSize) throws Exception {
        assertRangeBecomesZeros(device(blockSize), Operation.WRITE_ZEROES, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void forcedZeroesAreReadAndNeighboursStay(int blockSize) throws Exception {
        assertRangeBecomesZeros(device(blockSize), Operation.WRITE_ZEROES, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void deallocatedBlocksReadZerosAndNeighboursStay(int blockSize) throws Exception {
        assertRangeBecomesZeros(device(blockSize), Operation.DEALLOCATE, false);
    }

    private void assertRangeBecomesZeros(BlockDevice device, Operation operation, boolean forced)
            throws Exception {
        int total = (1 << 20) / device.blockSize();
        write(device, 0, total, 5);
        for (int length : new int[] {1, 3, total - 40}) {
            TestIo zero = fixture.request(operation, 17, length, 0);
            zero.io.forceUnitAccess = forced;

            assertEquals(Status.SUCCESS, fixture.execute(device, zero));

            assertZeros(device, 17, length);
            assertContent(device, 0, 17, 5, 0);
            assertContent(device, 17 + length, total - 17 - length, 5, 17 + length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void compareTellsEqualFromDifferent(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        int blocks = (512 << 10) / blockSize;
        write(device, 3, blocks, 6);
        long expected = fixture.filled(blocks * blockSize, 6);

        assertEquals(
                Status.SUCCESS, fixture.execute(device, Operation.COMPARE, 3, blocks, expected));

        long last = expected + (long) blocks * blockSize - 1;
        Memory.putByte(last, (byte) ~Memory.getByte(last));
        assertEquals(
                Status.COMPARE_FAILURE,
                fixture.execute(device, Operation.COMPARE, 3, blocks, expected));
        assertContent(device, 3, blocks, 6, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aRequestThatLeavesTheDeviceIsOutOfRange(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        long buffer = fixture.zeroed(4 * blockSize);
        long end = device.blockCount();
        long[][] outside = {
            {end, 1}, {end - 1, 2}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}, {-1, 1}, {0, -1}
        };

        for (Operation operation : Operation.values()) {
            for (long[] range : outside) {
                if (operation != Operation.FLUSH) {
                    assertEquals(
                            Status.LBA_OUT_OF_RANGE,
                            fixture.execute(device, operation, range[0], range[1], buffer),
                            () -> operation + " " + range[0] + "+" + range[1]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void everyOneOfManyRequestsCompletesOnce(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        List<TestIo> requests = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            long buffer = fixture.filled(blockSize, i);
            requests.add(fixture.request(Operation.WRITE, i % 1000, 1, buffer));
        }
        requests.add(fixture.request(Operation.FLUSH, 0, 0, 0));

        requests.forEach(request -> device.submit(request.io));
        fixture.turnUntil("all complete", () -> requests.stream().allMatch(TestIo::isDone));

        for (TestIo request : requests) {
            assertEquals(1, request.completions, request::toString);
            assertEquals(Status.SUCCESS, request.io.status, request::toString);
        }
        for (int i = 0; i < 700; i += 99) {
            assertContent(device, i, 1, i, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void whatIsInFlightCompletesBeforeTheDeviceIsClosed(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        List<TestIo> requests = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            requests.add(fixture.request(Operation.WRITE, i, 1, fixture.filled(blockSize, i)));
        }
        requests.add(fixture.request(Operation.FLUSH, 0, 0, 0));
        requests.forEach(request -> device.submit(request.io));

        fixture.closeDevice(device);

        for (TestIo request : requests) {
            assertEquals(1, request.completions, request::toString);
            assertEquals(Status.SUCCESS, request.io.status, request::toString);
        }
        TestIo late = fixture.request(Operation.READ, 0, 1, fixture.zeroed(blockSize));
        assertNotEquals(Status.SUCCESS, fixture.execute(device, late));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void dataTakenOnSubmitMayBeOverwrittenThen(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        if (!device.takesDataOnSubmit()) {
            return;
        }
        long buffer = fixture.filled(blockSize, 8);
        TestIo write = fixture.request(Operation.WRITE, 1, 1, buffer);

        device.submit(write.io);
        Memory.zero(buffer, blockSize);

        fixture.turnUntil("the write completes", write::isDone);
        assertContent(device, 1, 1, 8, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aLentReadGivesTheDevicesOwnBytes(int blockSize) throws Exception {
        BlockDevice device = device(blockSize);
        if (!device.lendsReadData()) {
            return;
        }
        write(device, 2, 2, 9);
        TestIo read = fixture.request(Operation.READ, 2, 2, 0);

        device.submit(read.io);

        assertEquals(1, read.completions, "completes inside submit");
        long expected = fixture.filled(2 * blockSize, 9);
        assertEquals(-1, Memory.mismatch(expected, read.io.address, 2L * blockSize));
    }

    protected final void write(BlockDevice device, long start, int blocks, int seed) {
        int bytes = blocks * device.blockSize();
        long buffer = fixture.filled(bytes, seed);
        assertEquals(
                Status.SUCCESS, fixture.execute(device, Operation.WRITE, start, blocks, buffer));
        fixture.reactor.arena().free(buffer, bytes);
    }

    /** The blocks hold what {@link #write} with this seed put there, from its block on. */
    protected final void assertContent(
            BlockDevice device, long start, int blocks, int seed, int fromBlock) {
        int bytes = blocks * device.blockSize();
        int skipped = fromBlock * device.blockSize();
        long found = fixture.read(device, start, blocks);
        long expected = fixture.filled(skipped + bytes, seed);
        long difference = Memory.mismatch(expected + skipped, found, bytes);
        assertEquals(-1, difference, "first difference after block " + start);
        fixture.reactor.arena().free(found, bytes);
        fixture.reactor.arena().free(expected, skipped + bytes);
    }

    protected final void assertZeros(BlockDevice device, long start, int blocks) {
        int bytes = blocks * device.blockSize();
        long found = fixture.read(device, start, blocks);
        long zeros = fixture.zeroed(bytes);
        long difference = Memory.mismatch(zeros, found, bytes);
        assertEquals(-1, difference, "first byte that is not zero after block " + start);
        fixture.reactor.arena().free(found, bytes);
        fixture.reactor.arena().free(zeros, bytes);
    }
}
