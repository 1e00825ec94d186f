package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Kind;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random overlapping requests of every kind, byte for byte. */
class ReplicaModelTest {
    private static final int MIB = VolumeFixture.MIB;
    private static final int DEPTH = 32;
    private static final int REQUESTS = 3000;

    private static int blocks(int bytes, int blockSize) {
        return bytes / blockSize;
    }

    private static void run(VolumeFixture fixture, RandomLoad load, int requests) {
        load.start(requests, DEPTH);
        fixture.turnUntil("all requests have ended", load::isDone);
    }

    private static void checkAll(VolumeFixture fixture, Replica replica, ContentModel model) {
        int step = MIB / replica.blockSize();
        for (long start = 0; start < model.blocks(); start += step) {
            long buffer = fixture.reactor.arena().allocate(MIB);
            assertEquals(
                    Status.SUCCESS, fixture.execute(replica, Operation.READ, start, step, buffer));
            model.check(buffer, model.read(start, step));
            fixture.reactor.arena().free(buffer, MIB);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,512,1", "2,512,4", "3,4096,1", "4,4096,4", "5,512,3"})
    void everyBlockHoldsWhatWasWrittenLast(long seed, int blockSize, int clusterMib) {
        try (VolumeFixture fixture = new VolumeFixture(seed, blockSize, clusterMib * MIB, 2, 512)) {
            int size = 12 * MIB;
            Replica replica = fixture.replica(size, false);
            ContentModel model = new ContentModel(blockSize, blocks(size, blockSize));
            SplittableRandom random = new SplittableRandom(seed);
            RandomLoad load = new RandomLoad(replica, model, random, status -> false);

            run(fixture, load, REQUESTS);
            checkAll(fixture, replica, model);
            assertEquals(REQUESTS, load.succeeded);
        }
    }

    @ParameterizedTest
    @CsvSource({"11,512,1", "12,512,4", "13,4096,1", "14,4096,4"})
    void contentStaysThroughSnapshotsTakenMeanwhile(long seed, int blockSize, int clusterMib) {
        try (VolumeFixture fixture = new VolumeFixture(seed, blockSize, clusterMib * MIB, 2, 512)) {
            int size = 12 * MIB;
            Replica replica = fixture.replica(size, false);
            ContentModel model = new ContentModel(blockSize, blocks(size, blockSize));
            SplittableRandom random = new SplittableRandom(seed);
            RandomLoad load = new RandomLoad(replica, model, random, status -> false);
            load.start(REQUESTS, DEPTH);
            for (int snapshot = 1; snapshot <= 5; snapshot++) {
                int until = snapshot * REQUESTS / 6;
                fixture.turnUntil("some requests have ended", () -> load.succeeded > until);
                fixture.freeze(replica);
            }
            fixture.turnUntil("all requests have ended", load::isDone);
            checkAll(fixture, replica, model);
        }
    }

    @ParameterizedTest
    @CsvSource({"21,512,1", "22,4096,4"})
    void whatIsCutOffByShrinkingReadsZerosWhenItIsBack(long seed, int blockSize, int clusterMib) {
        try (VolumeFixture fixture = new VolumeFixture(seed, blockSize, clusterMib * MIB, 1, 512)) {
            Replica replica = fixture.replica(12 * MIB, false);
            ContentModel model = new ContentModel(blockSize, blocks(12 * MIB, blockSize));
            SplittableRandom random = new SplittableRandom(seed);
            RandomLoad load = new RandomLoad(replica, model, random, status -> false);
            for (int round = 0; round < 6; round++) {
                run(fixture, load, 400);
                if (round == 2) {
                    fixture.freeze(replica);
                }
                int size = (round % 2 == 0 ? 4 : 16) * MIB;
                fixture.await(fixture.volumes.resize(replica.uuid(), size));
                model.resize(blocks(size, blockSize));
                assertEquals(model.blocks(), replica.blockCount());
                checkAll(fixture, replica, model);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"31,512,1", "32,4096,4"})
    void readErrorsReachTheHostAndHurtNothing(long seed, int blockSize, int clusterMib) {
        try (VolumeFixture fixture = new VolumeFixture(seed, blockSize, clusterMib * MIB, 2, 512)) {
            int size = 12 * MIB;
            Replica replica = fixture.replica(size, false);
            ContentModel model = new ContentModel(blockSize, blocks(size, blockSize));
            SplittableRandom random = new SplittableRandom(seed);
            RandomLoad load =
                    new RandomLoad(
                            replica,
                            model,
                            random,
                            status -> status == Status.UNRECOVERED_READ_ERROR);
            DiskFault fault = DiskFault.every(Kind.READ, DiskFault.ioError()).withChance(0.05);
            fixture.disks.forEach(disk -> disk.inject(fault));

            run(fixture, load, REQUESTS);
            fixture.disks.forEach(disk -> disk.heal());

            assertTrue(load.failed > 0, "some reads fail");
            checkAll(fixture, replica, model);
        }
    }
}
