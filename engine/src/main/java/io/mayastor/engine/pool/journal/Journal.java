package io.mayastor.engine.pool.journal;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.JournalBlock;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.TurnEndTask;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Writes records in groups: one block at a time, with everything that came while the last one was
 * on its way. Owner thread: the pool's reactor.
 *
 * <p>Promises: an entry is told {@link JournalEntry#recorded} after its block is written on every
 * metadata disk in use, and never with success once the pool is faulted; sequence numbers follow
 * the order of {@link #append}; when the ring is full, or a checkpoint holds records, entries wait
 * here. Nothing is allocated per entry.
 *
 * <p>Two kinds of durable: up to {@link #durableSequence} all records and their data have been
 * synchronised; up to {@link #namedSequence} a written block says so. Recovery knows only the
 * latter, which is why {@link PoolSync} makes it durable before units may be overwritten in place.
 */
public final class Journal {
    /** Largest {@link JournalEntry#recordBytes()}. */
    public static final int MAX_RECORD_BYTES = JournalBlock.MAX_BYTES - JournalBlock.RECORDS_AT;

    private final Reactor reactor;
    private final PoolFault fault;
    private final JournalRing ring;
    private final UUID pool;
    private final long epoch;
    private final Checksum checksum = new Checksum();
    private final CopyIo write;
    private final EntryQueue queue = new EntryQueue();
    private final EntryQueue urgent = new EntryQueue();
    private final EntryQueue inBlock = new EntryQueue();
    private final TurnEndTask group =
            new TurnEndTask() {
                @Override
                protected void run() {
                    writeNext();
                }
            };
    private MemorySegment buffer;
    private JournalEntry oldestIncomplete;
    private JournalEntry newestIncomplete;
    private long lastSequence;
    private long durableSequence;
    private long namedSequence;
    private long namedByBlock;
    private int lastCrc;
    private long blocks;
    private long recordsWritten;
    private long bytesWritten;
    private boolean writing;
    private boolean nameWanted;
    private Runnable whenQuiet;
    private boolean held;
    private BooleanSupplier crowded = () -> false;
    private Runnable whenProgress = () -> {};
    private Runnable whenHalfUsed = () -> {};

    /**
     * @param lastSequence of the last record that was found; all up to it are durable
     * @param lastCrc CRC of the block before the first one to write
     */
    Journal(
            Reactor reactor,
            PoolFault fault,
            MetadataCopies copies,
            JournalRing ring,
            UUID pool,
            long epoch,
            long lastSequence,
            int lastCrc) {
        this.reactor = reactor;
        this.fault = fault;
        this.ring = ring;
        this.pool = pool;
        this.epoch = epoch;
        this.lastSequence = lastSequence;
        this.durableSequence = lastSequence;
        this.namedSequence = lastSequence;
        this.lastCrc = lastCrc;
        this.buffer = newBuffer();
        this.write =
                new CopyIo(copies) {
                    @Override
                    protected void done(int status) {
                        written(status);
                    }
                };
        fault.whenSet(() -> reactor.atTurnEnd(group));
    }

    private MemorySegment newBuffer() {
        return reactor.kernel().map(JournalBlock.MAX_BYTES, true);
    }

    /** Puts the entry's records into the next block; later told {@link JournalEntry#recorded}. */
    public void append(JournalEntry entry) {
        enqueue(queue, entry);
    }

    /**
     * The same past a checkpoint that holds records: for what an entry with a number needs in order
     * to become complete.
     */
    public void appendUrgently(JournalEntry entry) {
        enqueue(urgent, entry);
    }

    private void enqueue(EntryQueue to, JournalEntry entry) {
        int bytes = entry.recordBytes();
        if (bytes <= 0 || bytes > MAX_RECORD_BYTES || bytes % 8 != 0 || entry.records() < 1) {
            throw new IllegalArgumentException(
                    "journal entry of %d records, %d bytes".formatted(entry.records(), bytes));
        }
        entry.queued();
        to.add(entry);
        reactor.atTurnEnd(group);
    }

    /**
     * A recorded entry's change is in memory and its data is written; once for each. The entry is
     * free afterwards.
     */
    public void complete(JournalEntry entry) {
        entry.completed();
        unlink(entry);
        progress();
    }

    /** Number of the last record that was given one; 0 before the first. */
    public long lastSequence() {
        return lastSequence;
    }

    /** All records up to this one, and their data, are on stable media. */
    public long durableSequence() {
        return durableSequence;
    }

    /** Whether there are records that are not durable. */
    public boolean hasUndurable() {
        return durableSequence < lastSequence;
    }

    /** A written block or root tells recovery that all up to this record is durable. */
    long namedSequence() {
        return namedSequence;
    }

    /** All records up to this one are complete. */
    long completeSequence() {
        return oldestIncomplete == null ? lastSequence : oldestIncomplete.sequence() - 1;
    }

    /** Blocks written since the pool was opened. */
    public long blocks() {
        return blocks;
    }

    /** Records written since the pool was opened. */
    public long records() {
        return recordsWritten;
    }

    /** Bytes written since the pool was opened, on each copy. */
    public long bytes() {
        return bytesWritten;
    }

    /** Bytes of the ring that an opening would read. */
    public long usedBytes() {
        return ring.used();
    }

    public long capacityBytes() {
        return ring.capacity();
    }

    JournalRing ring() {
        return ring;
    }

    /** CRC of the last block. */
    int lastCrc() {
        return lastCrc;
    }

    long epoch() {
        return epoch;
    }

    /** Told when an entry became complete or a block was written. */
    void whenProgress(Runnable listener) {
        whenProgress = listener;
    }

    /** Told when half of the ring is used; more than once. */
    void whenHalfUsed(Runnable listener) {
        whenHalfUsed = listener;
    }

    /** The records up to this one and their data are on stable media. */
    void synchronised(long upTo) {
        durableSequence = Math.max(durableSequence, upTo);
    }

    /** Records wait while this is so, except urgent ones; {@link #look} when it has ended. */
    void waitWhile(BooleanSupplier crowdedNow) {
        crowded = crowdedNow;
    }

    /** Something that records wait for may have changed. */
    void look() {
        reactor.atTurnEnd(group);
    }

    /** Writes a block that names {@link #durableSequence}, without records if need be. */
    void nameDurable() {
        if (namedSequence < durableSequence) {
            nameWanted = true;
            reactor.atTurnEnd(group);
        }
    }

    /**
     * Gives out no numbers until {@link #release}. Told once everything that has one is complete
     * and no block is on its way; never told when the pool is faulted meanwhile.
     */
    void hold(Runnable quiet) {
        if (held) {
            throw new IllegalStateException("the journal is held already");
        }
        held = true;
        whenQuiet = quiet;
        progress();
    }

    void release() {
        held = false;
        whenQuiet = null;
        reactor.atTurnEnd(group);
    }

    /** A durable root contains everything before this position. */
    void freeUpTo(long position, long lastRecord) {
        ring.freeUpTo(position);
        namedSequence = Math.max(namedSequence, lastRecord);
        reactor.atTurnEnd(group);
    }

    /** Gives the memory back; nothing may be on its way. */
    void close() {
        reactor.kernel().unmap(buffer);
    }

    private void writeNext() {
        if (writing) {
            return;
        }
        if (fault.isSet()) {
            failAll();
            return;
        }
        EntryQueue source = sourceOfNextBlock();
        if (source.isEmpty() && !nameWanted) {
            return;
        }
        int keepFree = source == queue ? JournalRing.RESERVE : 0;
        int least = JournalBlock.bytes(source.isEmpty() ? 0 : source.peek().recordBytes());
        if (!ring.fits(least, keepFree)) {
            whenHalfUsed.run();
            return;
        }
        ring.moveTo(least);
        fill(source, keepFree);
    }

    /** The queue may be empty: then a block without records is all that can be written. */
    private EntryQueue sourceOfNextBlock() {
        if (!urgent.isEmpty() || held || queue.isEmpty() || crowded.getAsBoolean()) {
            return urgent;
        }
        boolean fits =
                ring.fits(JournalBlock.bytes(queue.peek().recordBytes()), JournalRing.RESERVE);
        if (fits) {
            return queue;
        }
        whenHalfUsed.run();
        return urgent;
    }

    private void fill(EntryQueue source, int keepFree) {
        int most = Math.min(JournalBlock.MAX_BYTES, ring.roomInChunk());
        int bytes = 0;
        int records = 0;
        long firstSequence = lastSequence + 1;
        for (JournalEntry entry = source.peek(); entry != null; entry = source.peek()) {
            int length = JournalBlock.bytes(bytes + entry.recordBytes());
            if (length > most || !ring.fits(length, keepFree)) {
                break;
            }
            source.poll();
            entry.writing(firstSequence + records);
            entry.encode(buffer.address() + JournalBlock.RECORDS_AT + bytes);
            bytes += entry.recordBytes();
            records += entry.records();
            inBlock.add(entry);
            link(entry);
        }
        namedByBlock = durableSequence;
        nameWanted = false;
        lastCrc =
                JournalBlock.seal(
                        checksum,
                        buffer.address(),
                        bytes,
                        records,
                        pool,
                        firstSequence,
                        ring.position(),
                        epoch,
                        namedByBlock,
                        lastCrc);
        lastSequence += records;
        int length = JournalBlock.bytes(bytes);
        int[] clusters = ring.clusters();
        long offset = ring.clusterOffset();
        ring.advance(length);
        blocks++;
        recordsWritten += records;
        bytesWritten += length;
        writing = true;
        write.write(clusters, offset, buffer.address(), length);
    }

    private void written(int status) {
        writing = false;
        if (write.bufferIsLost()) {
            buffer = newBuffer();
        }
        boolean success = status == Status.SUCCESS && !fault.isSet();
        if (success) {
            namedSequence = Math.max(namedSequence, namedByBlock);
        }
        for (JournalEntry entry = inBlock.poll(); entry != null; entry = inBlock.poll()) {
            if (success) {
                entry.written();
                entry.recorded(Status.SUCCESS);
            } else {
                unlink(entry);
                entry.givenUp();
                entry.recorded(Status.INTERNAL_ERROR);
            }
        }
        progress();
        if (ring.isHalfUsed()) {
            whenHalfUsed.run();
        }
        reactor.atTurnEnd(group);
    }

    private void failAll() {
        failAll(urgent);
        failAll(queue);
    }

    private static void failAll(EntryQueue entries) {
        for (JournalEntry entry = entries.poll(); entry != null; entry = entries.poll()) {
            entry.givenUp();
            entry.recorded(Status.INTERNAL_ERROR);
        }
    }

    private void progress() {
        if (whenQuiet != null && !writing && oldestIncomplete == null && !fault.isSet()) {
            Runnable quiet = whenQuiet;
            whenQuiet = null;
            quiet.run();
        }
        whenProgress.run();
    }

    private void link(JournalEntry entry) {
        entry.older = newestIncomplete;
        entry.newer = null;
        if (newestIncomplete == null) {
            oldestIncomplete = entry;
        } else {
            newestIncomplete.newer = entry;
        }
        newestIncomplete = entry;
    }

    private void unlink(JournalEntry entry) {
        if (entry.older == null) {
            oldestIncomplete = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newestIncomplete = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
    }
}
