package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LayerDeleterTest {
    private static final int BLOCK = 4096;
    private static final int MIB = VolumeFixture.MIB;
    private static final int BLOCKS_PER_MIB = MIB / BLOCK;

    @Test
    void aSnapshotGoesThoughItsReplicaHasShrunkByMoreThanAPageOfItsMap() {
        VolumeFixture fixture = new VolumeFixture(1, BLOCK, MIB, 1, 256);
        LayerDeleter deleter = new LayerDeleter(fixture.volumes);
        Snapshots snapshots = new Snapshots(fixture.volumes, deleter);
        Replica replica = fixture.replica(2100L * MIB, false);
        long far = 2050L * BLOCKS_PER_MIB;
        assertEquals(Status.SUCCESS, fixture.write(replica, 0, 16, 1));
        assertEquals(Status.SUCCESS, fixture.write(replica, far, 16, 2));
        UUID snapshot = new UUID(9, 1);
        fixture.await(
                snapshots.take(
                        replica.uuid(), snapshot, "s", "e", "t", "2026-01-01T00:00:00.000Z"));
        fixture.await(fixture.volumes.resize(replica.uuid(), 100L * MIB));
        fixture.await(snapshots.destroy(snapshot));
        fixture.turnUntil("the snapshot is gone", () -> deleter.pendingLayers() == 0);
        fixture.await(fixture.volumes.resize(replica.uuid(), 2100L * MIB));
        assertEquals(-1, fixture.difference(replica, 0, 16, 1));
        long buffer = fixture.reactor.arena().allocate(BLOCK);
        int status = fixture.execute(replica, Operation.READ, far, 1, buffer);
        assertEquals(Status.SUCCESS, status);
        for (int at = 0; at < BLOCK; at += Long.BYTES) {
            assertEquals(0, Memory.getLong(buffer + at));
        }
        fixture.reactor.arena().free(buffer, BLOCK);
        boolean[] stopped = new boolean[1];
        deleter.stop(() -> stopped[0] = true);
        fixture.turnUntil("the deleter has stopped", () -> stopped[0]);
        fixture.close();
    }
}
