package io.mayastor.server.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between the network and every handler: bounds the calls in work, turns what a handler
 * throws into a status, and logs a bug once with its trace, of which the caller sees nothing. Any
 * thread.
 */
final class CallGuard implements ServerInterceptor {
    private static final System.Logger LOG = System.getLogger(CallGuard.class.getPackageName());

    private final int limit;
    private final Semaphore permits;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /**
     * @param limit unary calls in work at a time; one more is refused
     */
    CallGuard(int limit) {
        this.limit = limit;
        permits = new Semaphore(limit);
    }

    long calls() {
        return calls.get();
    }

    long failures() {
        return failures.get();
    }

    int inWork() {
        return limit - permits.availablePermits();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        calls.incrementAndGet();
        boolean bounded = call.getMethodDescriptor().getType() == MethodType.UNARY;
        if (bounded && !permits.tryAcquire()) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            limit + " calls are in work already, try again"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        String method = call.getMethodDescriptor().getFullMethodName();
        return new Guarded<>(
                next.startCall(new Counted<>(call), headers),
                call,
                method,
                bounded ? permits::release : () -> {});
    }

    private final class Counted<Q, A> extends SimpleForwardingServerCall<Q, A> {
        Counted(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!status.isOk()) {
                failures.incrementAndGet();
            }
            super.close(status, trailers);
        }
    }

    private final class Guarded<Q, A> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, A> call;
        private final String method;
        private final Runnable release;
        private final AtomicBoolean released = new AtomicBoolean();

        Guarded(
                ServerCall.Listener<Q> listener,
                ServerCall<Q, A> call,
                String method,
                Runnable release) {
            super(listener);
            this.call = call;
            this.method = method;
            this.release = release;
        }

        @Override
        public void onHalfClose() {
            try {
                super.onHalfClose();
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void onCancel() {
            releaseOnce();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            releaseOnce();
            super.onComplete();
        }

        private void fail(RuntimeException thrown) {
            failures.incrementAndGet();
            Status status = Failures.expected(thrown);
            if (status == null) {
                LOG.log(System.Logger.Level.ERROR, method + ": a bug in the handler", thrown);
                status =
                        Status.INTERNAL.withDescription(
                                "internal error in " + method + "; the engine's log has the trace");
            } else {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0}: {1} {2}",
                        method,
                        status.getCode(),
                        status.getDescription());
            }
            try {
                Metadata trailers = Status.trailersFromThrowable(thrown);
                call.close(status, trailers == null ? new Metadata() : trailers);
            } catch (IllegalStateException | RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, method + ": the call had ended", e);
            }
        }

        private void releaseOnce() {
            if (released.compareAndSet(false, true)) {
                release.run();
            }
        }
    }
}
