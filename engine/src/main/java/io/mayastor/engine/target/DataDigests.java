package io.mayastor.engine.target;

import io.mayastor.engine.nvme.DigestView;
import io.mayastor.engine.nvme.RunningDigest;
import java.lang.foreign.MemorySegment;

/**
 * CRC32C by native address over the memory of a {@link ConnectionGroup}: a digest needs a view of
 * the segment that it reads, and a view is an object, so there is one of each segment. Owner
 * thread: the reactor's.
 */
final class DataDigests {
    private final DigestView[] views;
    private final long[] starts;
    private final long[] ends;

    DataDigests(MemorySegment... memories) {
        views = new DigestView[memories.length];
        starts = new long[memories.length];
        ends = new long[memories.length];
        for (int i = 0; i < memories.length; i++) {
            views[i] = new DigestView(memories[i]);
            starts[i] = memories[i].address();
            ends[i] = starts[i] + memories[i].byteSize();
        }
    }

    /** The digest of {@code length} bytes at {@code address}. */
    int of(long address, int length) {
        int view = viewOf(address, length);
        return views[view].digest(address - starts[view], length);
    }

    /** Adds {@code length} bytes at {@code address} to a digest. */
    void update(RunningDigest running, long address, int length) {
        int view = viewOf(address, length);
        running.update(views[view], address - starts[view], length);
    }

    private int viewOf(long address, int length) {
        for (int i = 0; i < views.length; i++) {
            if (address >= starts[i] && address + length <= ends[i]) {
                return i;
            }
        }
        throw new IllegalStateException("a digest of memory that is not the target's");
    }
}
