package io.mayastor.server.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** How a handler waits for a reactor: as long as the caller does, never for ever. */
final class Waiting {
    /** For a caller that sent no deadline. */
    static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private Waiting() {}

    /** For a thing that ends elsewhere. */
    static <T> T on(CompletableFuture<T> future) {
        try {
            return within(future);
        } catch (ExecutionException e) {
            Status status = Failures.ofEngine(e);
            if (status != null) {
                throw status.withCause(e).asRuntimeException();
            }
            throw new CompletionException(e.getCause());
        }
    }

    /** For blocking work, which goes on to its end when the caller waits no longer. */
    static <T> T on(Supplier<T> work) {
        return ended(CompletableFuture.supplyAsync(work, Thread::startVirtualThread));
    }

    /** As for {@link #on(Supplier)}. */
    static void on(Runnable work) {
        ended(CompletableFuture.runAsync(work, Thread::startVirtualThread));
    }

    private static <T> T ended(CompletableFuture<T> work) {
        try {
            return within(work);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException reason
                    ? reason
                    : new CompletionException(e.getCause());
        }
    }

    private static <T> T within(CompletableFuture<T> future) throws ExecutionException {
        Deadline deadline = Context.current().getDeadline();
        long nanos =
                deadline == null ? DEFAULT_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
        try {
            return future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Status.DEADLINE_EXCEEDED
                    .withDescription("not finished in time; it may still happen, ask for the state")
                    .withCause(e)
                    .asRuntimeException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("the call ended").asRuntimeException();
        }
    }
}
