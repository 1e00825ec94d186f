package io.mayastor.engine.ring;

/**
 * Called once for each operation given to a {@link Ring}, on the ring's owner thread, inside {@link
 * Ring#turn}. It may prepare further operations on the same ring; it must neither block nor throw.
 */
@FunctionalInterface
public interface Completion {
    /**
     * @param result bytes transferred, a descriptor or 0; or a negated errno (see {@link Errno}):
     *     {@code -ECANCELED} for a cancelled operation
     * @param flags for {@link Ring#receiveShared}: the buffer's number, see {@link
     *     SharedBuffers#bufferOf}; else 0
     */
    void complete(int result, int flags);
}
