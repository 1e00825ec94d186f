package io.mayastor.cli;

/** Arguments that picocli accepts and that make no sense: one line, exit code of wrong usage. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
