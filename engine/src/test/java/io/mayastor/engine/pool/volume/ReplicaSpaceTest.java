package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.volume.VolumeException.Kind;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Pools that become full, and space that comes back. */
class ReplicaSpaceTest {
    private static final int MIB = VolumeFixture.MIB;
    private static final int BLOCK = 512;
    private static final int BLOCKS = MIB / BLOCK;

    private final VolumeFixture fixture = new VolumeFixture(1, BLOCK, MIB, 1, 64);

    /** Writes regions until there is no space; answers how many. */
    private int fill(Replica replica) {
        int region = 0;
        while (fixture.write(replica, (long) region * BLOCKS, BLOCKS, region + 1)
                == Status.SUCCESS) {
            region++;
        }
        return region;
    }

    @Test
    void withoutSpaceAWriteFailsAndHurtsNothing() {
        try (fixture) {
            Replica replica = fixture.replica(200 * MIB, false);

            int regions = fill(replica);

            assertTrue(regions > 8, "regions written: " + regions);
            assertEquals(
                    Status.CAPACITY_EXCEEDED,
                    fixture.write(replica, (long) regions * BLOCKS, 1, 1));
            for (int region = 0; region < regions; region++) {
                assertEquals(
                        -1,
                        fixture.difference(replica, (long) region * BLOCKS, BLOCKS, region + 1));
            }
            assertEquals(-1, fixture.difference(replica, (long) regions * BLOCKS, BLOCKS, 0));
            assertEquals(Status.SUCCESS, fixture.write(replica, 0, BLOCKS, 77), "mapped units");
            assertEquals(Status.SUCCESS, fixture.flush(replica));
        }
    }

    @Test
    void aWriteWaitsForSpaceThatIsJustBeingGivenUp() {
        try (fixture) {
            Replica replica = fixture.replica(200 * MIB, false);
            int regions = fill(replica);

            for (int round = 0; round < 5; round++) {
                long given = (long) (round * 3 % regions) * BLOCKS;
                assertEquals(
                        Status.SUCCESS,
                        fixture.execute(replica, Operation.DEALLOCATE, given, BLOCKS, 0));
                assertEquals(
                        Status.SUCCESS,
                        fixture.write(replica, (long) (regions + round) * BLOCKS, 8, 5));
            }
        }
    }

    @Test
    void everythingThatWasMappedComesBack() {
        try (fixture) {
            Replica replica = fixture.replica(12 * MIB, false);
            long before = fixture.core.metadata().space().free();
            RandomLoad load =
                    new RandomLoad(
                            replica,
                            new ContentModel(BLOCK, 12 * BLOCKS),
                            new SplittableRandom(9),
                            status -> false);
            load.start(500, 16);
            fixture.turnUntil("all requests have ended", load::isDone);

            assertEquals(
                    Status.SUCCESS,
                    fixture.execute(replica, Operation.DEALLOCATE, 0, 12 * BLOCKS, 0));
            assertEquals(Status.SUCCESS, fixture.flush(replica));
            fixture.turnUntil("nothing is dying", () -> fixture.core.dying().size() == 0);

            assertEquals(before, fixture.core.metadata().space().free());
        }
    }

    @Test
    void aThickReplicaHasAllOfItsSpaceWhateverOthersTake() {
        try (fixture) {
            Replica thick = fixture.replica(6 * MIB, true);
            fill(fixture.replica(200 * MIB, false));

            for (int region = 0; region < 6; region++) {
                assertEquals(
                        Status.SUCCESS,
                        fixture.write(thick, (long) region * BLOCKS, BLOCKS, region + 1));
            }
            assertEquals(Kind.NO_SPACE, failure(fixture.volumes.resize(thick.uuid(), 100L * MIB)));
        }
    }

    @Test
    void aDestroyedReplicaIsMarkedForWhoeverGivesItsSpaceBack() {
        try (fixture) {
            Replica replica = fixture.replica(4 * MIB, false);
            LayerRecord.Kind[] told = new LayerRecord.Kind[1];
            fixture.volumes.whenDestroyed(layer -> told[0] = layer.record().kind());

            fixture.await(fixture.volumes.destroy(replica.uuid()));

            assertEquals(LayerRecord.Kind.DELETED, told[0]);
            assertTrue(fixture.volumes.replicas().isEmpty());
            assertEquals(Kind.NOT_FOUND, failure(fixture.volumes.destroy(replica.uuid())));
            assertEquals(Status.INTERNAL_PATH_ERROR, fixture.write(replica, 0, 1, 1));
        }
    }

    @Test
    void aNameOrUuidIsTakenOnce() {
        try (fixture) {
            Replica replica = fixture.replica(4 * MIB, false);

            assertEquals(
                    Kind.ALREADY_EXISTS,
                    failure(fixture.volumes.create(replica.uuid(), "another", MIB, false, null)));
        }
    }

    private Kind failure(CompletableFuture<?> future) {
        try {
            fixture.await(future);
        } catch (CompletionException e) {
            return ((VolumeException) e.getCause()).kind();
        }
        throw new AssertionError("it was done");
    }
}
