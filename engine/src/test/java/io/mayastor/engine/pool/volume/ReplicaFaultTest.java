package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Disks that fail under a replica. */
class ReplicaFaultTest {
    private static final int MIB = VolumeFixture.MIB;
    private static final int BLOCK = 4096;
    private static final int BLOCKS = MIB / BLOCK;

    private final VolumeFixture fixture = new VolumeFixture(1, BLOCK, MIB, 4, 128);
    private final List<String> failures = new ArrayList<>();

    private Replica watched() {
        Replica replica = fixture.replica(16 * MIB, false);
        replica.addListener(
                new DeviceListener() {
                    @Override
                    public void failed(BlockDevice device, String reason) {
                        failures.add(reason);
                    }
                });
        return replica;
    }

    @Test
    void aWriteWhoseDataFailsLeavesItsUnitsAsTheyWere() {
        try (fixture) {
            Replica replica = watched();
            fixture.flush(replica);
            fixture.disks.get(3).inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()));

            boolean[] written = new boolean[8];
            for (int region = 0; region < written.length; region++) {
                int status = fixture.write(replica, (long) region * BLOCKS, 8, region + 1);
                written[region] = status == Status.SUCCESS;
            }

            int failed = 0;
            for (int region = 0; region < written.length; region++) {
                int seed = written[region] ? region + 1 : 0;
                failed += written[region] ? 0 : 1;
                assertEquals(-1, fixture.difference(replica, (long) region * BLOCKS, 8, seed));
            }
            assertEquals(
                    1, failed, "the disk without metadata is given up after its first failure");
            assertEquals(List.of(), failures);
            assertEquals(Status.SUCCESS, fixture.flush(replica));
        }
    }

    @Test
    void aReplicaFailsWithADiskThatHasSomeOfIt() {
        try (fixture) {
            Replica replica = watched();
            for (int region = 0; region < 8; region++) {
                fixture.write(replica, (long) region * BLOCKS, BLOCKS, region + 1);
            }
            fixture.flush(replica);
            fixture.disks.get(3).inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()));

            int status = Status.SUCCESS;
            for (int region = 0; region < 8 && status == Status.SUCCESS; region++) {
                status = fixture.write(replica, (long) region * BLOCKS, 1, 9);
            }

            assertNotEquals(Status.SUCCESS, status);
            assertEquals(1, failures.size());
            assertTrue(failures.getFirst().contains("/dev/disk3"), failures.getFirst());
            assertEquals(Status.INTERNAL_ERROR, fixture.write(replica, 0, 1, 1));
        }
    }

    @Test
    void allRequestsEndAtOnceWhenThePoolIsFaulted() {
        try (fixture) {
            Replica replica = watched();
            fixture.write(replica, 0, BLOCKS, 1);
            List<BlockIo> inFlight = new ArrayList<>();
            long buffer = fixture.filled(MIB, 3);
            int[] ended = new int[1];
            for (int i = 0; i < 40; i++) {
                BlockIo io = new BlockIo(done -> ended[0]++);
                io.operation = i % 5 == 4 ? Operation.FLUSH : Operation.WRITE;
                io.startBlock = (long) (i % 16) * BLOCKS + i;
                io.blocks = io.operation == Operation.FLUSH ? 0 : 4;
                io.address = buffer;
                inFlight.add(io);
                replica.submit(io);
            }
            fixture.core.fault("the test says so");

            fixture.turnUntil("all have ended", () -> ended[0] == inFlight.size());

            assertEquals(1, failures.size());
            assertTrue(failures.getFirst().contains("the test says so"), failures.getFirst());
            assertNotEquals(Status.SUCCESS, fixture.write(replica, 0, 1, 1));
            assertNotEquals(Status.SUCCESS, fixture.flush(replica));
        }
    }
}
