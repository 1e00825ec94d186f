package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceFixture.TestIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.SimulatedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NullDeviceTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 64;

    private DeviceFixture fixture;
    private BlockDevice device;

    @BeforeEach
    void openDevice() {
        fixture = new DeviceFixture(SimulatedHost.with(SimulatedDisk.file(512)));
        device = fixture.open("null:///n0?num_blocks=1000&blk_size=4096");
    }

    @AfterEach
    void closeDevice() {
        fixture.close();
    }

    @Test
    void itForgetsWhatIsWrittenAndReadsZeros() {
        long data = fixture.filled(BLOCKS * BLOCK, 1);
        long zeros = fixture.zeroed(BLOCKS * BLOCK);

        assertEquals(Status.SUCCESS, fixture.execute(device, Operation.WRITE, 3, BLOCKS, data));
        assertEquals(
                Status.COMPARE_FAILURE,
                fixture.execute(device, Operation.COMPARE, 3, BLOCKS, data));
        assertEquals(Status.SUCCESS, fixture.execute(device, Operation.READ, 3, BLOCKS, data));

        assertEquals(-1, Memory.mismatch(data, zeros, BLOCKS * BLOCK));
        assertEquals(Status.SUCCESS, fixture.execute(device, Operation.COMPARE, 3, BLOCKS, data));
    }

    @Test
    void itLendsZerosForAsMuchAsOneTransferMayBe() {
        TestIo read = fixture.request(Operation.READ, 0, 256, 0);
        assertEquals(Status.SUCCESS, fixture.execute(device, read));
        assertNotEquals(0, read.io.address);

        TestIo tooLong = fixture.request(Operation.READ, 0, 257, 0);
        assertEquals(Status.INVALID_FIELD, fixture.execute(device, tooLong));
    }

    @Test
    void aRequestThatLeavesTheDeviceIsOutOfRange() {
        assertEquals(
                Status.LBA_OUT_OF_RANGE,
                fixture.execute(device, Operation.WRITE_ZEROES, 999, 2, 0));
    }
}
