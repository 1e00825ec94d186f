package io.mayastor.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** No engine answers where one should be. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreachableException(Endpoint endpoint, StatusRuntimeException cause) {
        super(message(endpoint, cause), cause);
    }

    private static String message(Endpoint endpoint, StatusRuntimeException cause) {
        if (cause.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "the engine at "
                    + endpoint
                    + " did not answer within "
                    + Connection.DEADLINE_SECONDS
                    + " s";
        }
        return "no engine answers at "
                + endpoint
                + " ("
                + reason(cause)
                + "); start one with: mayastor engine, or name another with -b HOST[:PORT]";
    }

    private static String reason(StatusRuntimeException cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof java.net.ConnectException) {
            return "connection refused";
        }
        if (deepest instanceof java.net.UnknownHostException) {
            return "unknown host";
        }
        String text = deepest == cause ? cause.getStatus().getDescription() : deepest.getMessage();
        return text == null
                ? cause.getStatus().getCode().toString()
                : text.lines().findFirst().orElse("");
    }
}
