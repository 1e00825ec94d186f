package io.mayastor.engine.pool.crash;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.pool.volume.VolumeException;
import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * A random load on a pool: I/O of all kinds at a queue depth that changes, and beside it all that
 * can be done to volumes. Everything that is asked and told goes into the {@link History}; what is
 * read is compared with it at once.
 */
final class Load {
    private static final int MOST_VOLUMES = 9;
    private static final int MOST_CALLS = 2;

    /** Of 1000 operations, those that are not I/O. */
    private static final int CALLS = 90;

    /** Of 1000 operations; for runs that look for too early use of space. */
    private static final int TURNOVERS = Integer.getInteger("mayastor.crash.turnovers", 0);

    private static final int OFTEN = 6;
    private static final int SELDOM = 100;
    private static final int READ_BYTES = 64 << 10;

    private final PoolWorld world;
    private final History history;
    private final SplittableRandom random;
    private final List<Live> live = new ArrayList<>();
    private int inFlight;
    private int calls;
    private int depth = 4;
    private int made;
    private final int salt;

    /** One in so many writes asks for durability. */
    private final int syncs;

    private boolean mayFail;
    private Throwable broken;

    /** A volume that can be used, with its device. */
    private static final class Live {
        final ModelVolume volume;
        final BlockDevice device;
        boolean busy;
        int hot;

        Live(ModelVolume volume, BlockDevice device) {
            this.volume = volume;
            this.device = device;
        }
    }

    /**
     * @param salt makes the names of its volumes other than those of other loads
     */
    Load(PoolWorld world, History history, SplittableRandom random, int salt) {
        this.world = world;
        this.history = history;
        this.random = random;
        this.salt = salt;
        this.syncs = random.nextInt(3) == 0 ? SELDOM : OFTEN;
    }

    /** Faults are injected: requests and calls may fail for no reason of their own. */
    void mayFail() {
        settle();
        mayFail = true;
    }

    /** Takes the volumes into use that the history has. */
    void adopt() {
        for (ModelVolume volume : history.volumes.values()) {
            Replica replica = world.volumes.replica(volume.uuid).orElseThrow();
            live.add(new Live(volume, replica));
        }
    }

    /** Reads all that the pool has. */
    void readAll() {
        for (Live one : List.copyOf(live)) {
            long[] tags = await(readTags(one));
            for (int block = 0; block < tags.length; block++) {
                checkRead(one.volume, block, tags[block], history.moment(), history.moment());
            }
        }
    }

    /** Does so many operations and waits for their end. */
    void run(int operations) {
        for (int i = 0; i < operations && !isOver(); i++) {
            while (inFlight >= depth && !isOver()) {
                world.turn();
            }
            if (random.nextInt(40) == 0) {
                depth = 1 + random.nextInt(random.nextBoolean() ? 3 : 16);
            }
            operation();
            verify();
            if (random.nextInt(3) == 0) {
                world.turn();
            }
        }
        settle();
    }

    private boolean isOver() {
        return mayFail && world.core.isFaulted();
    }

    /** Waits for all that is under way. */
    void settle() {
        world.turnUntil(
                "all requests (%d) and calls (%d) have ended".formatted(inFlight, calls),
                () -> (inFlight == 0 && calls == 0) || broken != null);
        verify();
    }

    private void operation() {
        if (TURNOVERS > 0 && !live.isEmpty() && random.nextInt(1000) < TURNOVERS) {
            turnover(live.get(random.nextInt(live.size())));
            return;
        }
        int dice = random.nextInt(1000);
        if (live.isEmpty() || dice < CALLS) {
            call();
            return;
        }
        Live one = live.get(random.nextInt(live.size()));
        if (dice < CALLS + 15) {
            idle();
        } else if (dice < 180) {
            read(one);
        } else if (one.volume.isSnapshot()) {
            read(one);
        } else if (one.busy && one.volume.goneAsked != Change.NEVER) {
            idle();
        } else if (dice < 260) {
            flushOrNot(one);
        } else if (dice < 400) {
            zeros(one);
        } else {
            write(one);
        }
    }

    /** What is durable is given up, and its space perhaps taken for something else at once. */
    private void turnover(Live one) {
        int slice = 16 * blocks(4096);
        if (one.volume.isSnapshot() || one.busy) {
            return;
        }
        int slices = one.volume.sizeBlocks() / slice;
        int from = random.nextInt(slices) * slice;
        change(one, Operation.WRITE, from, slice);
        settle();
        flush(one);
        settle();
        change(one, Operation.DEALLOCATE, from, slice);
        settle();
        for (int i = 0; i < 4; i++) {
            change(one, Operation.WRITE, random.nextInt(slices) * slice, slice);
        }
        settle();
    }

    private void idle() {
        long until = world.simulation.nanoTime() + random.nextLong(3_000_000);
        if (random.nextInt(12) == 0) {
            until += 1_500_000_000L;
        }
        long end = until;
        world.turnUntil("time goes on", () -> world.simulation.nanoTime() >= end);
    }

    // ---- I/O

    private int blocks(int bytes) {
        return bytes / history.blockBytes;
    }

    /** Some place: often near the one before, so that writes meet. */
    private int place(Live one, int blocks) {
        int size = one.volume.sizeBlocks();
        int unit = blocks(4096);
        int most = Math.max(1, size - blocks);
        int at;
        if (random.nextInt(3) > 0) {
            at = one.hot + (random.nextInt(9) - 4) * unit;
        } else {
            at = random.nextInt(most);
            one.hot = at;
        }
        at = Math.clamp(at, 0, most - 1);
        return random.nextInt(4) > 0 ? at / unit * unit : at;
    }

    private void write(Live one) {
        int unit = blocks(4096);
        int count =
                switch (random.nextInt(12)) {
                    case 0, 1 -> 1 + random.nextInt(unit);
                    case 2, 3 -> unit * (1 + random.nextInt(4)) + random.nextInt(unit);
                    case 4 -> unit * (1 + random.nextInt(40));
                    default -> unit;
                };
        change(one, Operation.WRITE, place(one, count), count);
    }

    private void zeros(Live one) {
        int unit = blocks(4096);
        int region = blocks(PoolShape.CLUSTER_BYTES);
        int count =
                switch (random.nextInt(8)) {
                    case 0 -> 1 + random.nextInt(2 * unit);
                    case 1 -> region + random.nextInt(region);
                    case 2 -> unit * 16 * (1 + random.nextInt(8));
                    default -> unit * (1 + random.nextInt(20));
                };
        int at = place(one, count);
        if (count >= 16 * unit && random.nextInt(3) > 0) {
            int whole = count >= region ? region : 16 * unit;
            at = at / whole * whole;
        }
        Operation operation = random.nextBoolean() ? Operation.DEALLOCATE : Operation.WRITE_ZEROES;
        change(one, operation, at, count);
    }

    private void change(Live one, Operation operation, int at, int wanted) {
        int count = Math.min(wanted, one.volume.sizeBlocks() - at);
        if (count <= 0) {
            return;
        }
        boolean write = operation == Operation.WRITE;
        boolean durable = operation != Operation.DEALLOCATE && random.nextInt(syncs) == 0;
        Change change = history.asked(one.volume, at, count, !write);
        int bytes = count * history.blockBytes;
        long buffer = write ? world.reactor.arena().allocate(bytes) : 0;
        for (int block = 0; write && block < count; block++) {
            fill(buffer + (long) block * history.blockBytes, change.tag(at + block));
        }
        inFlight++;
        BlockIo io =
                new BlockIo(ended -> {
                    inFlight--;
                    if (write) {
                        world.reactor.arena().free(ended.address, bytes);
                    }
                    boolean good = ended.status == Status.SUCCESS;
                    history.ended(change, good, good && durable);
                    boolean excused =
                            ended.status == Status.CAPACITY_EXCEEDED
                                    || one.volume.wasSmaller(at + count)
                                    || mayFail
                                    || one.busy
                                    || one.volume.goneAsked != Change.NEVER;
                    if (!good && !excused) {
                        broken("%s ended with status 0x%x".formatted(change, ended.status));
                    }
                });
        io.operation = operation;
        io.startBlock = at;
        io.blocks = count;
        io.address = buffer;
        io.forceUnitAccess = durable;
        one.device.submit(io);
    }

    private void fill(long address, long tag) {
        for (int at = 0; at < history.blockBytes; at += Long.BYTES) {
            Memory.putLong(address + at, tag);
        }
    }

    private void flushOrNot(Live one) {
        if (random.nextInt(syncs) < OFTEN) {
            flush(one);
        }
    }

    private void flush(Live one) {
        List<Change> covered = history.notDurable(one.volume);
        inFlight++;
        BlockIo io =
                new BlockIo(ended -> {
                    inFlight--;
                    if (ended.status == Status.SUCCESS) {
                        history.durable(one.volume, covered);
                    } else if (!mayFail && one.volume.goneAsked == Change.NEVER) {
                        broken("flush ended with 0x%x".formatted(ended.status));
                    }
                });
        io.operation = Operation.FLUSH;
        one.device.submit(io);
    }

    private void read(Live one) {
        int count = 1 + random.nextInt(blocks(READ_BYTES));
        int at = place(one, count);
        int length = Math.min(count, one.volume.sizeBlocks() - at);
        if (length > 0) {
            long asked = history.tick();
            readTo(one, at, length, new long[length], 0)
                    .thenAccept(tags -> {
                        for (int i = 0; tags != null && i < tags.length; i++) {
                            checkRead(one.volume, at + i, tags[i], asked, history.tick());
                        }
                    })
                    .exceptionally(this::rethrow);
        }
    }

    private Void rethrow(Throwable failure) {
        broken = broken == null ? failure : broken;
        return null;
    }

    private void broken(String what) {
        rethrow(new CrashFailure(what));
    }

    private void checkRead(ModelVolume volume, int block, long tag, long asked, long answered) {
        boolean unknown = volume.isSnapshot() && volume.initial == null;
        if (!unknown && !volume.allowsRead(block, tag, asked, answered)) {
            throw new CrashFailure(
                    "block %d of %s was read as 0x%x (by %s), moments %d to %d; known of it: %s"
                            .formatted(
                                    block,
                                    volume.name,
                                    tag,
                                    history.author(tag),
                                    asked,
                                    answered,
                                    volume.story(block)));
        }
    }

    /** Completes with the tags, or null when it failed as it may. */
    private CompletableFuture<long[]> readTo(Live one, int at, int count, long[] tags, int tagsAt) {
        CompletableFuture<long[]> done = new CompletableFuture<>();
        int bytes = count * history.blockBytes;
        long buffer = world.reactor.arena().allocate(bytes);
        inFlight++;
        BlockIo io =
                new BlockIo(ended -> {
                    inFlight--;
                    boolean good = ended.status == Status.SUCCESS;
                    String mixed = null;
                    for (int block = 0; good && block < count; block++) {
                        long address = ended.address + (long) block * history.blockBytes;
                        tags[tagsAt + block] = Memory.getLong(address);
                        mixed = isOne(address) ? mixed : "block " + (at + block) + " is a mixture";
                    }
                    world.reactor.arena().free(ended.address, bytes);
                    if (mixed != null) {
                        done.completeExceptionally(
                                new CrashFailure(mixed + " of " + one.volume.name));
                    } else if (good || mayFail || one.busy || one.volume.wasSmaller(at + count)) {
                        done.complete(good ? tags : null);
                    } else {
                        done.completeExceptionally(
                                new CrashFailure(
                                        "a read of %s ended with status 0x%x"
                                                .formatted(one.volume.name, ended.status)));
                    }
                });
        io.operation = Operation.READ;
        io.startBlock = at;
        io.blocks = count;
        io.address = buffer;
        one.device.submit(io);
        return done;
    }

    private boolean isOne(long address) {
        long tag = Memory.getLong(address);
        for (int at = Long.BYTES; at < history.blockBytes; at += Long.BYTES) {
            if (Memory.getLong(address + at) != tag) {
                return false;
            }
        }
        return true;
    }

    private CompletableFuture<long[]> readTags(Live one) {
        int size = one.volume.sizeBlocks();
        int step = blocks(READ_BYTES);
        long[] tags = new long[size];
        CompletableFuture<long[]> all = CompletableFuture.completedFuture(tags);
        for (int at = 0; at < size; at += step) {
            int from = at;
            all =
                    all.thenCompose(before ->
                            before == null
                                    ? CompletableFuture.completedFuture(null)
                                    : readTo(one, from, Math.min(step, size - from), tags, from));
        }
        return all;
    }

    private <T> T await(CompletableFuture<T> future) {
        return world.await(future);
    }

    // ---- calls

    private void call() {
        if (calls >= MOST_CALLS) {
            return;
        }
        int dice = random.nextInt(100);
        Live one = live.isEmpty() ? null : live.get(random.nextInt(live.size()));
        if (one == null || (dice < 14 && live.size() < MOST_VOLUMES)) {
            create();
        } else if (dice < 18) {
            checkpoint();
        } else if (dice < 21) {
            addDisk();
        } else if (dice < 24) {
            reopen();
        } else if (one.busy) {
            return;
        } else if (one.volume.isSnapshot()) {
            if (dice < 50 && live.size() < MOST_VOLUMES) {
                cloneOf(one);
            } else {
                delete(one);
            }
        } else if (dice < 65 && live.size() < MOST_VOLUMES) {
            snapshot(one);
        } else if (dice < 80) {
            resize(one);
        } else if (live.size() > 3) {
            delete(one);
        }
    }

    private <T> void called(CompletableFuture<T> call, BiConsumer<T, Throwable> told) {
        calls++;
        call.whenComplete(
                        (result, failure) -> {
                            calls--;
                            told.accept(result, failure);
                        })
                .exceptionally(this::unexpected);
    }

    /** What the call itself failed with was told; a failure of the telling is another. */
    private <T> T unexpected(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof VolumeException)) {
            rethrow(cause);
        }
        return null;
    }

    private UUID newUuid() {
        return new UUID(salt, ++made);
    }

    private void create() {
        UUID uuid = newUuid();
        int clusters = 1 + random.nextInt(PoolShape.MOST_CLUSTERS);
        boolean thick = random.nextInt(4) == 0;
        ModelVolume volume =
                history.born(
                        uuid,
                        "replica-" + salt + "-" + made,
                        null,
                        new long[history.mostBlocks],
                        clusters * blocks(PoolShape.CLUSTER_BYTES));
        called(
                world.volumes.create(
                        uuid, volume.name, (long) clusters * PoolShape.CLUSTER_BYTES, thick, null),
                (replica, failure) -> born(volume, replica, failure));
    }

    private void born(ModelVolume volume, BlockDevice device, Throwable failure) {
        if (failure != null) {
            // Refused for want of space, before anything was written; or the pool is faulted.
            volume.goneAsked = volume.bornAsked;
            volume.goneAcknowledged = mayFail ? Change.NEVER : history.tick();
            return;
        }
        volume.bornAcknowledged = history.tick();
        live.add(new Live(volume, device));
    }

    private void snapshot(Live of) {
        UUID uuid = newUuid();
        of.busy = true;
        ModelVolume volume =
                history.born(
                        uuid,
                        "snapshot-" + salt + "-" + made,
                        of.volume,
                        null,
                        of.volume.sizeBlocks());
        called(
                world.snapshots.take(
                        of.volume.uuid, uuid, volume.name, null, "txn", "2026-01-01T00:00:00Z"),
                (taken, failure) -> {
                    of.busy = false;
                    if (failure != null) {
                        born(volume, null, failure);
                        return;
                    }
                    volume.bornAcknowledged = history.tick();
                    pin(volume);
                });
    }

    /** What the snapshot reads now it must read for ever. */
    private void pin(ModelVolume volume) {
        Live one = new Live(volume, world.volumes.replica(volume.uuid).orElseThrow());
        called(
                readTags(one),
                (tags, failure) -> {
                    if (failure != null) {
                        rethrow(failure);
                    } else if (tags != null) {
                        for (int block = 0; block < tags.length; block++) {
                            if (!volume.allows(
                                    block, tags[block], Crash.PROCESS, history.moment())) {
                                throw new CrashFailure(
                                        "block %d of %s was frozen as 0x%x (by %s); known of it: %s"
                                                .formatted(
                                                        block,
                                                        volume.name,
                                                        tags[block],
                                                        history.author(tags[block]),
                                                        volume.story(block)));
                            }
                        }
                        volume.initial = Arrays.copyOf(tags, history.mostBlocks);
                        live.add(one);
                    }
                });
    }

    private void cloneOf(Live snapshot) {
        UUID uuid = newUuid();
        ModelVolume volume =
                history.born(
                        uuid,
                        "clone-" + salt + "-" + made,
                        null,
                        snapshot.volume.initial,
                        snapshot.volume.sizeBlocks());
        snapshot.busy = true;
        called(
                world.snapshots.clone(
                        snapshot.volume.uuid, uuid, volume.name, "2026-01-01T00:00:00Z"),
                (clone, failure) -> {
                    snapshot.busy = false;
                    born(volume, clone, failure);
                });
    }

    private void delete(Live one) {
        one.busy = true;
        live.remove(one);
        one.volume.goneAsked = history.tick();
        UUID uuid = one.volume.uuid;
        called(
                one.volume.isSnapshot()
                        ? world.snapshots.destroy(uuid)
                        : world.volumes.destroy(uuid),
                (gone, failure) -> {
                    if (failure == null) {
                        one.volume.goneAcknowledged = history.tick();
                    } else if (!mayFail) {
                        throw new CrashFailure("deletion of " + one.volume.name, failure);
                    }
                });
    }

    private void resize(Live one) {
        int clusters = 1 + random.nextInt(PoolShape.MOST_CLUSTERS);
        int blocks = clusters * blocks(PoolShape.CLUSTER_BYTES);
        int before = one.volume.sizeBlocks();
        one.busy = true;
        history.tick();
        ModelVolume.Size size = history.addSize(one.volume, blocks);
        Change cut =
                blocks < before
                        ? history.asked(one.volume, blocks, history.mostBlocks - blocks, true)
                        : null;
        called(
                world.volumes.resize(one.volume.uuid, (long) clusters * PoolShape.CLUSTER_BYTES),
                (replica, failure) -> {
                    one.busy = false;
                    size.ended = history.tick();
                    if (failure == null) {
                        size.acknowledged = size.ended;
                    }
                    if (cut != null) {
                        history.ended(cut, failure == null, true);
                    }
                });
    }

    private void checkpoint() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        world.core.checkpointer().request(done::complete);
        called(done, (good, failure) -> {});
    }

    private void addDisk() {
        if (world.diskCount() == world.disks.size() || mayFail) {
            return;
        }
        history.diskAsked();
        called(
                world.addDisk(),
                (added, failure) -> {
                    if (failure != null || !added) {
                        throw new CrashFailure("a disk could not be added", failure);
                    }
                    history.diskAcknowledged();
                });
    }

    /** Closes the pool and opens it again, as an export and import would. */
    private void reopen() {
        if (mayFail) {
            return;
        }
        settle();
        world.close();
        for (ModelVolume volume : history.volumes.values()) {
            history.durable(volume, history.notDurable(volume));
        }
        world.open(world.diskCount());
        List<Live> before = List.copyOf(live);
        live.clear();
        for (Live one : before) {
            live.add(new Live(one.volume, world.volumes.replica(one.volume.uuid).orElseThrow()));
        }
    }

    /** Fails when something was found wrong in a callback. */
    void verify() {
        if (broken != null) {
            throw new CrashFailure(broken.getMessage(), broken);
        }
    }
}
