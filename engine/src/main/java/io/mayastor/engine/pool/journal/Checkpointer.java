package io.mayastor.engine.pool.journal;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.MetadataSpace;
import io.mayastor.engine.pool.metadata.PageWrite;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes what changed in the pool's maps, so that the journal before it is free again. Owner
 * thread: the pool's reactor.
 *
 * <pre>
 *  hold new records, wait for those under way → mark the changed pages, let records go on
 *  → zeros into chunks of pages that are new → the marked pages, each into its other slot
 *  → synchronise (pages, records up to the mark, and their data) → the root, into its other slot
 *  → flush → the journal before the mark is free
 * </pre>
 *
 * <p>One at a time; who asks while one runs gets the next. A failure at any step faults the pool.
 */
public final class Checkpointer {
    /** Told once how a checkpoint ended. */
    @FunctionalInterface
    public interface Done {
        void ended(boolean success);
    }

    private static final int PAGES_AT_ONCE = 16;

    private enum State {
        IDLE,
        HOLDING,
        WRITING,
        SYNCHRONISING,
        ROOT
    }

    private final Reactor reactor;
    private final PoolFault fault;
    private final UUID pool;
    private final int clusterBytes;
    private final Metadata metadata;
    private final Journal journal;
    private final PoolSync sync;
    private final Checksum checksum = new Checksum();
    private final MemorySegment pageBuffers;
    private final MemorySegment rootBuffer;
    private final List<PageIo> freePages = new ArrayList<>();
    private final CopyIo zeroing;
    private final CopyIo rootWrite;
    private final CopyIo rootFlush;
    private final SyncWaiter synced =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {
                    ifGood(status, Checkpointer.this::writeRoot);
                }
            };
    private List<Done> covered = new ArrayList<>();
    private List<Done> waiting = new ArrayList<>();
    private final List<Runnable> afterCurrent = new ArrayList<>();
    private State state = State.IDLE;
    private boolean closeRequested;
    private boolean closing;
    private long number;
    private int slot;
    private int knownPageChunks;
    private int zeroedBytes;
    private int pagesUnderWay;
    private long pagesWritten;

    // As they were when the pages were marked.
    private MetadataSpace.Lists lists;
    private long lastRecord;
    private int nextLayerId;
    private long position;
    private int lastCrc;

    /**
     * @param number of the newest checkpoint that any page or root on the disks has
     * @param slot of the newest root
     * @param knownPageChunks page chunks that it names
     */
    Checkpointer(
            Reactor reactor,
            PoolFault fault,
            UUID pool,
            Metadata metadata,
            Journal journal,
            PoolSync sync,
            MetadataCopies copies,
            long number,
            int slot,
            int knownPageChunks) {
        this.reactor = reactor;
        this.fault = fault;
        this.pool = pool;
        this.clusterBytes = metadata.geometry().clusterBytes();
        this.metadata = metadata;
        this.journal = journal;
        this.sync = sync;
        this.number = number;
        this.slot = slot;
        this.knownPageChunks = knownPageChunks;
        pageBuffers = reactor.kernel().map((long) PAGES_AT_ONCE * DiskLayout.PAGE, true);
        rootBuffer = reactor.kernel().map(DiskLayout.MAX_ROOT, true);
        for (int i = 0; i < PAGES_AT_ONCE; i++) {
            freePages.add(new PageIo(copies, pageBuffers.address() + (long) i * DiskLayout.PAGE));
        }
        zeroing = new Step(copies, this::zeroed);
        rootWrite = new Step(copies, this::flushRoot);
        rootFlush = new Step(copies, this::rootIsDurable);
        journal.whenHalfUsed(() -> {
            if (state == State.IDLE) {
                request(success -> {});
            }
        });
        journal.waitWhile(metadata::isCrowded);
        fault.whenSet(() -> {
            if (state == State.IDLE || state == State.HOLDING) {
                ended(false);
            }
        });
    }

    /** Makes a checkpoint that contains everything that is complete now. */
    public void request(Done done) {
        waiting.add(done);
        if (state == State.IDLE) {
            start();
        }
    }

    /** The same, with a root that says the pool was closed in order; nothing may follow it. */
    void requestLast(Done done) {
        closeRequested = true;
        request(done);
    }

    /** Number of the checkpoint that was begun last. */
    public long number() {
        return number;
    }

    /** Pages written since the pool was opened, on each copy. */
    public long pagesWritten() {
        return pagesWritten;
    }

    /** Runs when the checkpoint that is under way has ended, before the next begins. */
    void afterCurrent(Runnable task) {
        afterCurrent.add(task);
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Gives the memory back; nothing may be on its way. */
    void close() {
        reactor.kernel().unmap(pageBuffers);
        reactor.kernel().unmap(rootBuffer);
    }

    private void start() {
        covered = waiting;
        waiting = new ArrayList<>();
        if (fault.isSet() || closing) {
            ended(false);
            return;
        }
        closing = closeRequested;
        state = State.HOLDING;
        journal.hold(this::mark);
    }

    private void mark() {
        number++;
        try {
            metadata.markCheckpoint(number, journal.epoch());
        } catch (IllegalStateException e) {
            fault.set("no checkpoint: " + e.getMessage());
            return;
        }
        state = State.WRITING;
        lists = metadata.metadataSpace().marked();
        lastRecord = journal.lastSequence();
        nextLayerId = metadata.nextLayerId();
        position = journal.ring().position();
        lastCrc = journal.lastCrc();
        if (!closing) {
            journal.release();
        }
        zeroedBytes = 0;
        Memory.zero(rootBuffer.address(), rootBuffer.byteSize());
        zeroNext();
    }

    /** What a new chunk holds could be taken for pages. */
    private void zeroNext() {
        int index = knownPageChunks + zeroedBytes / DiskLayout.CHUNK;
        if (index >= lists.pageChunks().length) {
            knownPageChunks = lists.pageChunks().length;
            writePages();
            return;
        }
        int chunk = lists.pageChunks()[index];
        zeroing.write(
                lists.clusters()[Root.chunkCluster(chunk)],
                Root.chunkOffset(chunk) + (long) (zeroedBytes % DiskLayout.CHUNK),
                rootBuffer.address(),
                (int) rootBuffer.byteSize());
    }

    private void zeroed() {
        zeroedBytes += (int) rootBuffer.byteSize();
        zeroNext();
    }

    private void writePages() {
        while (!freePages.isEmpty() && !fault.isSet()) {
            PageIo io = freePages.getLast();
            if (!metadata.nextMarked(io.address, io.page)) {
                break;
            }
            freePages.removeLast();
            pagesUnderWay++;
            pagesWritten++;
            int chunk = io.page.chunk();
            io.write(
                    lists.clusters()[Root.chunkCluster(chunk)],
                    Root.chunkOffset(chunk) + (long) io.page.offsetInChunk(),
                    io.address,
                    DiskLayout.PAGE);
        }
        if (pagesUnderWay == 0 && state == State.WRITING) {
            if (fault.isSet()) {
                ended(false);
            } else {
                state = State.SYNCHRONISING;
                sync.request(synced);
            }
        }
    }

    private void written(PageIo io) {
        pagesUnderWay--;
        freePages.add(io);
        journal.look();
        writePages();
    }

    private void writeRoot() {
        state = State.ROOT;
        slot = 1 - slot;
        Root root =
                new Root(
                        pool,
                        number,
                        slot,
                        journal.epoch(),
                        lastRecord,
                        metadata.fingerprint(),
                        metadata.markedPages(),
                        nextLayerId,
                        journal.ring().chunk(position),
                        JournalRing.chunkOffset(position),
                        lastCrc,
                        closing,
                        position,
                        lists.copyDisks(),
                        lists.clusters(),
                        lists.pageChunks(),
                        lists.journalChunks());
        root.encode(checksum, rootBuffer.address(), clusterBytes);
        rootWrite.writeAt(DiskLayout.rootOffset(slot), rootBuffer.address(), root.bytes());
    }

    private void flushRoot() {
        rootFlush.flush();
    }

    private void rootIsDurable() {
        journal.freeUpTo(position, lastRecord);
        sync.inRoot(lastRecord);
        ended(true);
    }

    private void ifGood(int status, Runnable next) {
        if (status == Status.SUCCESS && !fault.isSet()) {
            next.run();
        } else {
            fault.set("a checkpoint failed with status 0x%x".formatted(status));
            ended(false);
        }
    }

    private void ended(boolean success) {
        state = State.IDLE;
        List<Runnable> tasks = List.copyOf(afterCurrent);
        afterCurrent.clear();
        tasks.forEach(Runnable::run);
        List<Done> told = covered;
        covered = List.of();
        if (!success && !waiting.isEmpty()) {
            told = new ArrayList<>(told);
            told.addAll(waiting);
            waiting = new ArrayList<>();
        }
        told.forEach(done -> done.ended(success));
        if (!waiting.isEmpty() && state == State.IDLE) {
            start();
        }
    }

    /** One write or flush of several in a row. */
    private final class Step extends CopyIo {
        private final Runnable next;

        Step(MetadataCopies copies, Runnable next) {
            super(copies);
            this.next = next;
        }

        @Override
        protected void done(int status) {
            ifGood(status, next);
        }
    }

    /** A page on its way, with a buffer of its own. */
    private final class PageIo extends CopyIo {
        private final PageWrite page = new PageWrite();
        private final long address;

        PageIo(MetadataCopies copies, long address) {
            super(copies);
            this.address = address;
        }

        @Override
        protected void done(int status) {
            if (status != Status.SUCCESS) {
                fault.set("a page could not be written");
            }
            written(this);
        }
    }
}
