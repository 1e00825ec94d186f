package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.journal.DyingSpace;
import io.mayastor.engine.pool.journal.GracePeriod;
import io.mayastor.engine.pool.journal.Journal;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolDisks;
import io.mayastor.engine.pool.journal.PoolSync;
import io.mayastor.engine.pool.journal.Undurable;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What all I/O of a pool's replicas needs: the parts of the pool, and requests to use again. Owner
 * thread: the pool's reactor. Nothing is allocated once as many requests exist as are ever in
 * flight together.
 */
final class IoPool {
    private static final int SCRATCHES = 16;

    final Reactor reactor;
    final Metadata metadata;
    final Geometry geometry;
    final UnitMap map;
    final PoolDisks disks;
    final PoolCore core;
    final Journal journal;
    final PoolSync sync;
    final Undurable undurable;
    final GracePeriod grace;
    final DyingSpace dying;
    final Checksum checksum = new Checksum();
    final SpaceQueue space;
    final PagePromises pages;
    final int blockShift;

    /** Address of a page that reads zeros. */
    final long zeros;

    private final List<MemorySegment> memory = new ArrayList<>();
    private long nextScratch;
    private int scratchesLeft;

    ReadIo reads;
    WriteIo writes;
    ZeroIo zeroes;
    CompareIo compares;
    FlushIo flushes;
    private Transfer transfers;

    IoPool(PoolCore core) {
        this.core = core;
        reactor = core.reactor();
        metadata = core.metadata();
        geometry = metadata.geometry();
        map = new UnitMap(metadata, geometry);
        disks = core.disks();
        journal = core.journal();
        sync = core.sync();
        undurable = core.undurable();
        grace = core.grace();
        dying = core.dying();
        space = new SpaceQueue(reactor, dying, sync);
        pages = new PagePromises(metadata);
        blockShift = Integer.numberOfTrailingZeros(core.blockBytes());
        zeros = map(Memory.PAGE);
    }

    private long map(long bytes) {
        MemorySegment mapped = reactor.kernel().map(bytes, false);
        memory.add(mapped);
        return mapped.address();
    }

    private long newScratch() {
        if (scratchesLeft == 0) {
            nextScratch = map((long) SCRATCHES * WriteIo.SCRATCH_BYTES);
            scratchesLeft = SCRATCHES;
        }
        long scratch = nextScratch;
        nextScratch += WriteIo.SCRATCH_BYTES;
        scratchesLeft--;
        return scratch;
    }

    ReadIo takeRead() {
        ReadIo io = reads;
        if (io == null) {
            return new ReadIo(this);
        }
        reads = (ReadIo) io.next;
        return io;
    }

    WriteIo takeWrite() {
        WriteIo io = writes;
        if (io == null) {
            return new WriteIo(this, newScratch());
        }
        writes = (WriteIo) io.next;
        return io;
    }

    ZeroIo takeZero() {
        ZeroIo io = zeroes;
        if (io == null) {
            return new ZeroIo(this);
        }
        zeroes = (ZeroIo) io.next;
        return io;
    }

    CompareIo takeCompare() {
        CompareIo io = compares;
        if (io == null) {
            return new CompareIo(this);
        }
        compares = (CompareIo) io.next;
        return io;
    }

    FlushIo takeFlush() {
        FlushIo io = flushes;
        if (io == null) {
            return new FlushIo(this);
        }
        flushes = (FlushIo) io.next;
        return io;
    }

    /** Puts a request before those that are free; answers the new first one. */
    <T extends ReplicaIo> T give(T io, T free) {
        io.next = free;
        return io;
    }

    Transfer takeTransfer() {
        Transfer transfer = transfers;
        if (transfer == null) {
            return new Transfer(this);
        }
        transfers = transfer.next;
        return transfer;
    }

    void give(Transfer transfer) {
        transfer.next = transfers;
        transfers = transfer;
    }

    /** Gives the memory back; no request may be in flight. */
    void close() {
        memory.forEach(reactor.kernel()::unmap);
        memory.clear();
    }
}
