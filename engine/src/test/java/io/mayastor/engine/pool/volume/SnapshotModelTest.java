package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.metadata.Space;
import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots, clones and deletions in any order, with merges running beside writes. */
class SnapshotModelTest {
    private static final int MIB = VolumeFixture.MIB;
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 6 * MIB / BLOCK;
    private static final int MOST_VOLUMES = 6;
    private static final int ROUNDS = 300;
    private static final String TIME = "2025-01-02T03:04:05Z";

    /** A volume or snapshot and the tag that each of its blocks holds, 0 for zeros. */
    private record Content(UUID uuid, long[] tags) {
        Content copy(UUID of) {
            return new Content(of, tags.clone());
        }
    }

    private final List<Content> live = new ArrayList<>();
    private final List<Content> frozen = new ArrayList<>();
    private VolumeFixture fixture;
    private LayerDeleter deleter;
    private Snapshots snapshots;
    private SplittableRandom random;
    private long lastTag;
    private int made;

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,4", "4,1", "5,3", "6,1"})
    void everyVolumeAndSnapshotKeepsItsContent(long seed, int clusterMib) {
        random = new SplittableRandom(seed);
        fixture = new VolumeFixture(seed, BLOCK, clusterMib * MIB, 1, 256);
        deleter = new LayerDeleter(fixture.volumes);
        snapshots = new Snapshots(fixture.volumes, deleter);
        Space empty = fixture.core.metadata().space();
        Replica first = fixture.replica(BLOCKS * (long) BLOCK, false);
        live.add(new Content(first.uuid(), new long[BLOCKS]));
        for (int round = 0; round < ROUNDS; round++) {
            step();
            check(live.get(random.nextInt(live.size())));
        }
        live.forEach(this::check);
        frozen.forEach(this::check);
        deleteAll();
        fixture.turnUntil("deletions are done", () -> deleter.pendingLayers() == 0);
        flushAll();
        fixture.turnUntil("space is free", () -> fixture.core.dying().size() == 0);
        Space after = fixture.core.metadata().space();
        assertEquals(0, after.mapped() + after.sliced() + after.held() + after.dying());
        assertTrue(after.free() >= empty.free() - (after.metadata() - empty.metadata()));
        boolean[] stopped = new boolean[1];
        deleter.stop(() -> stopped[0] = true);
        fixture.turnUntil("the deleter has stopped", () -> stopped[0]);
        fixture.close();
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0 -> snapshot();
            case 1 -> cloneOne();
            case 2 -> deleteSnapshot();
            case 3 -> deleteVolume();
            default -> change(live.get(random.nextInt(live.size())));
        }
    }

    private UUID uuid() {
        return new UUID(9, ++made);
    }

    private void snapshot() {
        Content source = live.get(random.nextInt(live.size()));
        UUID uuid = uuid();
        Snapshots.Taken taken =
                fixture.await(snapshots.take(source.uuid, uuid, "s" + made, "e", "t", TIME));
        assertTrue(taken.holdNanos() >= 0);
        frozen.add(source.copy(uuid));
    }

    private void cloneOne() {
        if (frozen.isEmpty() || live.size() == MOST_VOLUMES) {
            return;
        }
        Content source = frozen.get(random.nextInt(frozen.size()));
        UUID uuid = uuid();
        fixture.await(snapshots.clone(source.uuid, uuid, "c" + made, TIME));
        live.add(source.copy(uuid));
    }

    private void deleteSnapshot() {
        if (!frozen.isEmpty()) {
            Content gone = frozen.remove(random.nextInt(frozen.size()));
            fixture.await(snapshots.destroy(gone.uuid));
        }
    }

    private void deleteVolume() {
        if (live.size() > 1) {
            Content gone = live.remove(random.nextInt(live.size()));
            fixture.await(fixture.volumes.destroy(gone.uuid));
        }
    }

    private void deleteAll() {
        frozen.forEach(each -> fixture.await(snapshots.destroy(each.uuid)));
        live.forEach(each -> fixture.await(fixture.volumes.destroy(each.uuid)));
    }

    private void flushAll() {
        fixture.await(fixture.volumes.changes.durable());
    }

    /** Some changes at once that do not overlap; merges go on meanwhile. */
    private void change(Content of) {
        int parts = 1 + random.nextInt(6);
        int part = BLOCKS / parts;
        int[] left = {parts};
        for (int i = 0; i < parts; i++) {
            int blocks = 1 + random.nextInt(random.nextBoolean() ? 8 : Math.min(part, 256));
            int start = i * part + random.nextInt(part - Math.min(part, blocks) + 1);
            int length = Math.min(blocks, part);
            submit(of, start, length, left);
        }
        fixture.turnUntil("changes have ended", () -> left[0] == 0);
    }

    private void submit(Content of, int start, int blocks, int[] left) {
        boolean zero = random.nextInt(4) == 0;
        long tag = zero ? 0 : ++lastTag;
        int bytes = blocks * BLOCK;
        long buffer = fixture.reactor.arena().allocate(bytes);
        BlockIo io =
                new BlockIo(done -> {
                    assertEquals(Status.SUCCESS, done.status);
                    fixture.reactor.arena().free(buffer, bytes);
                    left[0]--;
                });
        for (int i = 0; i < blocks; i++) {
            fill(buffer + (long) i * BLOCK, tag);
        }
        io.operation = zero ? Operation.DEALLOCATE : Operation.WRITE;
        io.startBlock = start;
        io.blocks = blocks;
        io.address = buffer;
        device(of).submit(io);
        Arrays.fill(of.tags, start, start + blocks, tag);
    }

    private static void fill(long address, long tag) {
        for (int at = 0; at < BLOCK; at += Long.BYTES) {
            Memory.putLong(address + at, tag == 0 ? 0 : tag * 1_000_003 + at);
        }
    }

    private Replica device(Content of) {
        return fixture.volumes.replica(of.uuid).orElseThrow();
    }

    private void check(Content of) {
        int step = 256;
        long expected = fixture.reactor.arena().allocate(BLOCK);
        for (int start = 0; start < BLOCKS; start += step) {
            long buffer = fixture.reactor.arena().allocate(step * BLOCK);
            assertEquals(
                    Status.SUCCESS,
                    fixture.execute(device(of), Operation.READ, start, step, buffer));
            for (int i = 0; i < step; i++) {
                fill(expected, of.tags[start + i]);
                long found = buffer + (long) i * BLOCK;
                if (Memory.mismatch(expected, found, BLOCK) >= 0) {
                    throw new AssertionError(
                            "volume %s, block %d: tag %d expected, found word %d"
                                    .formatted(
                                            of.uuid,
                                            start + i,
                                            of.tags[start + i],
                                            Memory.getLong(found)));
                }
            }
            fixture.reactor.arena().free(buffer, step * BLOCK);
        }
        fixture.reactor.arena().free(expected, BLOCK);
    }
}
