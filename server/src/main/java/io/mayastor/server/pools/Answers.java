package io.mayastor.server.pools;

import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.journal.PoolOpenException;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.volume.VolumeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a management thread waits for a pool's reactor, and what it makes of failures. */
final class Answers {
    /** Long enough for a checkpoint on a slow disk; a stuck disk fails its I/O long before. */
    private static final long MOST_SECONDS = 120;

    private Answers() {}

    /** What the future ends with; its failure as a {@link PoolException}. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            throw new PoolException(
                    Kind.IO,
                    "no answer within %d s; it may still happen, ask for the state"
                            .formatted(MOST_SECONDS),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PoolException(Kind.IO, "interrupted while waiting for the pool", e);
        }
    }

    static RuntimeException failure(Throwable thrown) {
        Throwable reason = thrown;
        while ((reason instanceof CompletionException || reason instanceof ExecutionException)
                && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return switch (reason) {
            case PoolException known -> known;
            case VolumeException volume ->
                    new PoolException(kind(volume), volume.getMessage(), volume);
            case PoolOpenException open -> new PoolException(kind(open), open.getMessage(), open);
            case LoadException load -> new PoolException(kind(load), load.getMessage(), load);
            case DeviceException device -> new PoolException(Kind.IO, device.getMessage(), device);
            case RuntimeException bug -> bug;
            default -> new CompletionException(reason);
        };
    }

    private static Kind kind(VolumeException failure) {
        return switch (failure.kind()) {
            case INVALID -> Kind.INVALID;
            case NOT_FOUND -> Kind.REPLICA_NOT_FOUND;
            case ALREADY_EXISTS -> Kind.ALREADY_EXISTS;
            case NO_SPACE -> Kind.NO_SPACE;
            case BUSY -> Kind.BUSY;
            case FAULTED -> Kind.IO;
        };
    }

    private static Kind kind(PoolOpenException failure) {
        return switch (failure.kind()) {
            case INVALID -> Kind.INVALID;
            case OWNED -> Kind.DISK_IN_USE;
            case IO -> Kind.IO;
        };
    }

    private static Kind kind(LoadException failure) {
        return switch (failure.kind()) {
            case NO_LABEL, FOREIGN_DISK, MISSING_DISK -> Kind.INVALID;
            case CORRUPT -> Kind.CORRUPT;
        };
    }
}
