package io.mayastor.engine.pool.volume;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.journal.SyncWaiter;
import io.mayastor.engine.pool.metadata.Use;
import io.mayastor.engine.pool.volume.VolumeException.Kind;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Changes of layers, one after the other: each is made from the layers as the one before left them,
 * so that a renamed layer does not get back the parent it had lost meanwhile. Owner thread: the
 * pool's reactor.
 */
final class LayerChanges {
    /**
     * What is to be recorded, in one block.
     *
     * @param removals ids of layers that are gone after this
     */
    record Change(List<LayerRecord> puts, List<Integer> removals) {
        static Change of(LayerRecord... puts) {
            return new Change(List.of(puts), List.of());
        }
    }

    private record Waiting(Supplier<Change> change, CompletableFuture<Void> done) {}

    private final IoPool pool;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private boolean running;

    LayerChanges(IoPool pool) {
        this.pool = pool;
    }

    /**
     * Records a change when its turn comes.
     *
     * @param change made then; may throw, which fails the future
     * @return completes when the change is in memory and its record written; for what must survive
     *     a power cut, {@link #durable} follows
     */
    CompletableFuture<Void> record(Supplier<Change> change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        queue.add(new Waiting(change, done));
        next();
        return done;
    }

    /** Completes when everything recorded so far is durable. */
    CompletableFuture<Void> durable() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        pool.sync.request(
                new SyncWaiter() {
                    @Override
                    protected void synced(int status) {
                        end(done, status);
                    }
                });
        return done;
    }

    private void next() {
        if (running || queue.isEmpty()) {
            return;
        }
        running = true;
        Waiting waiting = queue.remove();
        LayerEntry entry;
        try {
            entry = entry(waiting);
        } catch (RuntimeException e) {
            running = false;
            waiting.done.completeExceptionally(e);
            next();
            return;
        }
        pool.journal.append(entry);
    }

    private LayerEntry entry(Waiting waiting) {
        Change change = waiting.change.get();
        LayerEntry[] self = new LayerEntry[1];
        self[0] =
                new LayerEntry(
                        change.puts,
                        change.removals,
                        status -> recorded(self[0], status, waiting.done));
        if (!pool.pages.promisePages(self[0].pages(pool.metadata), use(change))) {
            throw new VolumeException(
                    Kind.NO_SPACE, "the pool is full: its metadata has no room for another layer");
        }
        return self[0];
    }

    /** A change of a layer that exists, such as its deletion, goes on when the pool is full. */
    private Use use(Change change) {
        boolean makesOne =
                change.puts.stream().anyMatch(layer -> pool.metadata.layer(layer.id()) == null);
        return makesOne ? Use.THIN : Use.UPKEEP;
    }

    private void recorded(LayerEntry entry, int status, CompletableFuture<Void> done) {
        pool.pages.redeemPages(entry.pages(pool.metadata));
        if (status == Status.SUCCESS) {
            entry.apply(pool.metadata);
            pool.journal.complete(entry);
        }
        running = false;
        end(done, status);
        next();
    }

    private void end(CompletableFuture<Void> done, int status) {
        if (status == Status.SUCCESS) {
            done.complete(null);
        } else {
            done.completeExceptionally(
                    new VolumeException(
                            Kind.FAULTED, "the pool is faulted: " + pool.core.faultReason()));
        }
    }
}
