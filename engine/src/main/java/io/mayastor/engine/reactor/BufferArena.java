package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Data buffers of one reactor: runs of 4 KiB pages by powers of two up to 1 MiB, given out by a
 * buddy allocator over one contiguous piece of address space that becomes resident, and registered
 * with the ring, in steps ahead of need. Owner thread: the reactor's.
 *
 * <p>Exhaustion is back-pressure: {@link #allocate} returns 0, the caller stops reading and asks to
 * be told by {@link #awaitBuffer}. A reserve that hosts never get is kept for internal I/O. A
 * buffer freed twice or with another length is a programming error and throws.
 */
public final class BufferArena {
    /** Largest buffer, in bytes: the limit of one transfer. */
    public static final int LARGEST = 1 << 20;

    private static final int PAGE_SHIFT = 12;
    private static final int ORDERS = 9;
    private static final int NONE = -1;
    private static final byte FREE = (byte) 0x80;
    private static final byte INNER = 0x7f;

    private final Kernel kernel;
    private final Ring ring;
    private final ArenaOptions options;
    private final Executor owner;
    private final MemorySegment memory;
    private final long base;
    private final int[] next;
    private final int[] previous;

    /**
     * Per page: FREE|order at the head of a free block, order at the head of a used one, INNER
     * elsewhere.
     */
    private final byte[] state;

    private final int[] freeHead = new int[ORDERS];
    private final ArenaStatistics statistics = new ArenaStatistics();
    private final PinnedBuffers pinned = new PinnedBuffers();
    private BufferWaiter firstWaiter;
    private BufferWaiter lastWaiter;
    private long residentBytes;
    private long freeBytes;
    private volatile boolean growing;
    private boolean freedSinceTold;

    BufferArena(Kernel kernel, Ring ring, ArenaOptions options, Executor owner) {
        this.kernel = kernel;
        this.ring = ring;
        this.options = options;
        this.owner = owner;
        memory = kernel.map(options.maximumBytes(), false);
        base = memory.address();
        int pages = (int) (options.maximumBytes() >>> PAGE_SHIFT);
        next = new int[pages];
        previous = new int[pages];
        state = new byte[pages];
        Arrays.fill(state, INNER);
        Arrays.fill(freeHead, NONE);
        makeResident(0, options.initialBytes());
        addStep(options.initialBytes());
    }

    /**
     * A buffer of at least {@code lengthBytes} for a host's I/O, aligned to 4 KiB.
     *
     * @param lengthBytes 1…{@link #LARGEST}
     * @return its address, or 0 when only the reserve is left
     */
    public long allocate(int lengthBytes) {
        return allocate(lengthBytes, options.reserveBytes());
    }

    /**
     * As {@link #allocate(int)}, from the reserve too: for the journal, reconnects and other I/O
     * that gives memory back.
     */
    public long allocateInternal(int lengthBytes) {
        return allocate(lengthBytes, 0);
    }

    public void free(long address, int lengthBytes) {
        if (!pinned.isEmpty() && pinned.touches(address, lengthBytes)) {
            pinned.keep(address, lengthBytes);
            return;
        }
        giveBack(address, lengthBytes);
    }

    /** Whether the address lies in a buffer of this arena. */
    public boolean contains(long address) {
        return address >= base && address < base + residentBytes;
    }

    /**
     * The buffer around this address is not given out again before {@link #unpin}, even when its
     * owner frees it: a device that stalls may still read or write it.
     */
    public void pin(long address) {
        pinned.pin(address);
    }

    /** Takes one pin of this address away. */
    public void unpin(long address) {
        pinned.unpin(address);
        pinned.release(this);
    }

    void giveBack(long address, int lengthBytes) {
        int order = orderOf(lengthBytes);
        long offset = address - base;
        int page = (int) (offset >>> PAGE_SHIFT);
        if (offset < 0
                || offset >= residentBytes
                || (offset & (Memory.PAGE - 1)) != 0
                || state[page] != order) {
            throw new IllegalStateException(
                    "not a buffer of " + lengthBytes + " bytes in use: offset " + offset);
        }
        freeBytes += (long) Memory.PAGE << order;
        freedSinceTold = true;
        while (order < ORDERS - 1) {
            int buddy = page ^ (1 << order);
            if (state[buddy] != (byte) (FREE | order)) {
                break;
            }
            unlink(buddy, order);
            state[Math.max(page, buddy)] = INNER;
            page = Math.min(page, buddy);
            order++;
        }
        link(page, order);
        statistics.inUse(residentBytes - freeBytes, residentBytes);
    }

    /**
     * Tells the waiter once, at the end of the turn in which a buffer came free or the arena has
     * grown, before the ring may sleep. First come, first told.
     */
    public void awaitBuffer(BufferWaiter waiter) {
        if (waiter.waiting) {
            return;
        }
        waiter.waiting = true;
        waiter.nextWaiter = null;
        if (lastWaiter == null) {
            firstWaiter = waiter;
        } else {
            lastWaiter.nextWaiter = waiter;
        }
        lastWaiter = waiter;
        statistics.waited();
    }

    /** All buffers lie in here, for bounded access by {@code address - memory().address()}. */
    public MemorySegment memory() {
        return memory;
    }

    public ArenaStatistics statistics() {
        return statistics;
    }

    private long allocate(int lengthBytes, long keepBytes) {
        int order = orderOf(lengthBytes);
        long needed = (long) Memory.PAGE << order;
        if (freeBytes - needed < keepBytes) {
            grow();
            statistics.refused();
            return 0;
        }
        int found = order;
        while (found < ORDERS && freeHead[found] == NONE) {
            found++;
        }
        if (found == ORDERS) {
            grow();
            statistics.refused();
            return 0;
        }
        int page = freeHead[found];
        unlink(page, found);
        while (found > order) {
            found--;
            link(page + (1 << found), found);
        }
        state[page] = (byte) order;
        freeBytes -= needed;
        statistics.inUse(residentBytes - freeBytes, residentBytes);
        if (freeBytes < options.reserveBytes() + options.stepBytes() / 2) {
            grow();
        }
        return base + ((long) page << PAGE_SHIFT);
    }

    private static int orderOf(int lengthBytes) {
        if (lengthBytes <= 0 || lengthBytes > LARGEST) {
            throw new IllegalArgumentException(
                    "buffer length must be 1…" + LARGEST + " bytes: " + lengthBytes);
        }
        int pages = (lengthBytes + Memory.PAGE - 1) >>> PAGE_SHIFT;
        return 32 - Integer.numberOfLeadingZeros(pages - 1);
    }

    private void link(int page, int order) {
        state[page] = (byte) (FREE | order);
        next[page] = freeHead[order];
        previous[page] = NONE;
        if (freeHead[order] != NONE) {
            previous[freeHead[order]] = page;
        }
        freeHead[order] = page;
    }

    private void unlink(int page, int order) {
        if (previous[page] == NONE) {
            freeHead[order] = next[page];
        } else {
            next[previous[page]] = next[page];
        }
        if (next[page] != NONE) {
            previous[next[page]] = previous[page];
        }
        state[page] = INNER;
    }

    private void grow() {
        if (growing || residentBytes == options.maximumBytes()) {
            return;
        }
        growing = true;
        long from = residentBytes;
        options.grower()
                .execute(() -> {
                    makeResident(from, options.stepBytes());
                    try {
                        owner.execute(() -> addStep(options.stepBytes()));
                    } catch (RejectedExecutionException e) {
                        // The arena grows when it next runs short; a reactor that has ended needs
                        // no more memory.
                        growing = false;
                    }
                });
    }

    private void makeResident(long offset, long lengthBytes) {
        for (long at = offset; at < offset + lengthBytes; at += Memory.PAGE) {
            Memory.putByte(base + at, (byte) 0);
        }
    }

    private void addStep(long lengthBytes) {
        ring.registerMemory(memory.asSlice(residentBytes, lengthBytes));
        for (long at = residentBytes; at < residentBytes + lengthBytes; at += LARGEST) {
            link((int) (at >>> PAGE_SHIFT), ORDERS - 1);
        }
        residentBytes += lengthBytes;
        freeBytes += lengthBytes;
        growing = false;
        freedSinceTold = true;
        statistics.inUse(residentBytes - freeBytes, residentBytes);
    }

    /** Tells those who wait, if a buffer has come free since they were told last. */
    boolean tellWaiters() {
        boolean tell = freedSinceTold && firstWaiter != null;
        freedSinceTold = false;
        if (!tell) {
            return false;
        }
        BufferWaiter waiter = firstWaiter;
        firstWaiter = null;
        lastWaiter = null;
        while (waiter != null) {
            BufferWaiter following = waiter.nextWaiter;
            waiter.nextWaiter = null;
            waiter.waiting = false;
            waiter.bufferAvailable();
            waiter = following;
        }
        return true;
    }

    void close() {
        kernel.unmap(memory);
    }
}
