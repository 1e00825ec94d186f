package io.mayastor.server.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.pool.PoolException;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/** Which status code answers which failure. */
final class Failures {
    private Failures() {}

    /** Null when the failure is none that anybody expected: a bug. */
    static Status expected(Throwable thrown) {
        return switch (unwrap(thrown)) {
            case StatusRuntimeException status -> status.getStatus();
            case PoolException pool ->
                    codeOf(pool.kind()).toStatus().withDescription(pool.getMessage());
            case DeviceException device ->
                    codeOf(device.kind()).toStatus().withDescription(device.getMessage());
            case RejectedExecutionException rejected ->
                    Status.RESOURCE_EXHAUSTED.withDescription(rejected.getMessage());
            default -> null;
        };
    }

    /**
     * As {@link #expected}, for what a future of the engine ended with: there, but not in a
     * handler, Java's own exceptions are answers.
     */
    static Status ofEngine(Throwable thrown) {
        return switch (unwrap(thrown)) {
            case NoSuchElementException missing ->
                    Status.NOT_FOUND.withDescription(missing.getMessage());
            case IllegalArgumentException wrong ->
                    Status.INVALID_ARGUMENT.withDescription(wrong.getMessage());
            case IllegalStateException state ->
                    Status.FAILED_PRECONDITION.withDescription(state.getMessage());
            case IOException refused ->
                    Status.FAILED_PRECONDITION.withDescription(refused.getMessage());
            default -> expected(thrown);
        };
    }

    static Throwable unwrap(Throwable thrown) {
        Throwable reason = thrown;
        while ((reason instanceof CompletionException || reason instanceof ExecutionException)
                && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason;
    }

    private static Status.Code codeOf(DeviceException.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case BUSY -> Status.Code.FAILED_PRECONDITION;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case IO -> Status.Code.INTERNAL;
        };
    }

    private static Status.Code codeOf(PoolException.Kind kind) {
        return switch (kind) {
            case INVALID, DISK_IN_USE -> Status.Code.INVALID_ARGUMENT;
            case POOL_NOT_FOUND, REPLICA_NOT_FOUND, SNAPSHOT_NOT_FOUND -> Status.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case PRECONDITION -> Status.Code.FAILED_PRECONDITION;
            case BUSY -> Status.Code.ABORTED;
            case NO_SPACE -> Status.Code.RESOURCE_EXHAUSTED;
            case CORRUPT -> Status.Code.DATA_LOSS;
            case IO -> Status.Code.INTERNAL;
        };
    }
}
