package io.mayastor.engine.ring;

/**
 * @param submissionEntries size of the submission queue: operations prepared in one turn before an
 *     extra system call, a power of two
 * @param completionEntries size of the completion queue, a power of two, at least {@code
 *     submissionEntries}
 */
public record RingOptions(int submissionEntries, int completionEntries) {
    public static final RingOptions DEFAULT = new RingOptions(512, 4096);

    public RingOptions {
        if (Integer.bitCount(submissionEntries) != 1
                || Integer.bitCount(completionEntries) != 1
                || completionEntries < submissionEntries
                || completionEntries > 65_536) {
            throw new IllegalArgumentException(
                    "ring sizes must be powers of two, 1 <= submission <= completion <= 65536: "
                            + submissionEntries
                            + ", "
                            + completionEntries);
        }
    }
}
