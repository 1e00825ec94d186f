package io.mayastor.server.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/** Rules for fields of requests; what breaks one is answered with INVALID_ARGUMENT. */
final class Requests {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final Pattern NAME_TEXT = Pattern.compile("[!-~]+");

    private Requests() {}

    static StatusRuntimeException invalid(String rule) {
        return Status.INVALID_ARGUMENT.withDescription(rule).asRuntimeException();
    }

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw invalid(rule);
        }
    }

    static UUID uuid(String field, String text) {
        require(
                UUID_TEXT.matcher(text).matches(),
                field
                        + " must be a UUID such as 1a2b3c4d-0000-4000-8000-00000000002a, not '"
                        + text
                        + "'");
        return UUID.fromString(text);
    }

    /** The name of something, which ends up in URIs and NQNs. */
    static String name(String field, String text, int maxBytes) {
        require(
                NAME_TEXT.matcher(text).matches() && text.length() <= maxBytes,
                field
                        + " must be 1 to "
                        + maxBytes
                        + " printable ASCII characters without blanks, not '"
                        + text
                        + "'");
        return text;
    }

    /** A text that somebody else gives a meaning. */
    static String text(String field, String text, int maxBytes) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        require(
                bytes > 0 && bytes <= maxBytes,
                field + " must have 1 to " + maxBytes + " bytes, not " + bytes);
        return text;
    }

    /** A number of bytes; the contract's are unsigned, Java's are not. */
    static long size(String field, long bytes) {
        require(
                bytes > 0,
                field
                        + " must be 1 to "
                        + Long.MAX_VALUE
                        + " bytes, not "
                        + Long.toUnsignedString(bytes));
        return bytes;
    }
}
