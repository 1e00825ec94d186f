package io.mayastor.engine.ring;

import java.lang.foreign.MemorySegment;

/**
 * Receive buffers shared by all connections of one ring, so that an idle connection holds none.
 * Owner thread: the ring's.
 *
 * <p>Buffer {@code n} lies at {@code n * sizeBytes()} in {@link #memory()}.
 */
public interface SharedBuffers {
    /**
     * The buffer that a {@link Ring#receiveShared} completion names in its flags. Meaningful only
     * when its result is positive.
     */
    static int bufferOf(int flags) {
        return flags >>> 16;
    }

    MemorySegment memory();

    int sizeBytes();

    int count();

    /** Buffers that the kernel may take now. */
    int available();

    /**
     * Gives a buffer back. A buffer is given back once; a second time is a programming error and
     * throws.
     */
    void release(int buffer);
}
