package io.mayastor.e2e.guest;

/**
 * What came of a script in a guest.
 *
 * @param status exit status, 0 when every command succeeded
 * @param output both streams, as they came
 */
public record ScriptResult(int status, String output) {
    private static final int SHOWN = 8000;

    /** The output of a script that must succeed. */
    public String expectSuccess() {
        if (status != 0) {
            throw new AssertionError(
                    "script in the guest ended with "
                            + status
                            + ":\n"
                            + output.substring(Math.max(0, output.length() - SHOWN)));
        }
        return output;
    }
}
