package io.mayastor.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;

/** Turns a failed command into one line and the exit code that scripts look at. */
public final class Failures {
    public static final int OK = 0;
    public static final int REFUSED = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;

    private Failures() {}

    public static int exitCode(Throwable failure) {
        return failure instanceof UnreachableException ? UNREACHABLE : REFUSED;
    }

    public static String line(Throwable failure) {
        if (failure instanceof StatusRuntimeException refused) {
            Status status = refused.getStatus();
            String code = status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String description = status.getDescription();
            return description == null ? code : description + " (" + code + ")";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
