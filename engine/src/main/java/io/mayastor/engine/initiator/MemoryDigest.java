package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.DigestView;
import io.mayastor.engine.nvme.RunningDigest;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * CRC32C of data that lies anywhere. Owner thread: the reactor's.
 *
 * <p>The digest needs a view of the segment that it reads, and a view is an object: there is one of
 * the reactor's arena, where nearly all data lies, and one of a bounce area through which other
 * memory is copied, so that no digest allocates.
 */
final class MemoryDigest {
    private final long arenaStart;
    private final long arenaEnd;
    private final DigestView arenaView;
    private final long bounce;
    private final int bounceBytes;
    private final DigestView bounceView;
    private final RunningDigest running = new RunningDigest();

    MemoryDigest(MemorySegment arena, MemorySegment bounceArea) {
        arenaStart = arena.address();
        arenaEnd = arenaStart + arena.byteSize();
        arenaView = new DigestView(arena);
        bounce = bounceArea.address();
        bounceBytes = (int) bounceArea.byteSize();
        bounceView = new DigestView(bounceArea);
    }

    int digest(long address, int length) {
        if (address >= arenaStart && address + length <= arenaEnd) {
            return arenaView.digest(address - arenaStart, length);
        }
        running.reset();
        int done = 0;
        while (done < length) {
            int part = Math.min(bounceBytes, length - done);
            Memory.copy(address + done, bounce, part);
            running.update(bounceView, 0, part);
            done += part;
        }
        return running.value();
    }
}
