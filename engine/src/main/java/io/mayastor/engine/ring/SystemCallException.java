package io.mayastor.engine.ring;

import java.io.IOException;

/**
 * A control call that Linux refused, with the reason as a number so that callers can tell a missing
 * file from a busy one.
 */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param what the call and its subject, e.g. {@code "open /dev/sdx"}
     * @param errno the system's reason, see {@link Errno}
     */
    public SystemCallException(String what, int errno) {
        super(what + ": " + Errno.describe(errno));
        this.errno = Math.abs(errno);
    }

    public int errno() {
        return errno;
    }
}
