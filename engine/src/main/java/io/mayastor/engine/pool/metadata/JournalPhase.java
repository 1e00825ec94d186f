package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.JournalBlock;
import io.mayastor.engine.pool.format.JournalRecord;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.pool.metadata.LoadedPool.JournalEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes round the journal's ring once, from where the root says. While blocks follow one another
 * their records are taken; those that are durable are applied at once, the others are kept. Of what
 * does not follow, blocks of the same epoch are looked at for a durable sequence beyond the cut: it
 * would prove that something in between was lost.
 */
final class JournalPhase implements LoadPhase {
    private static final int CHUNKS_AT_A_TIME = 4;

    /** A record that is not known to be durable, with its sequence. */
    record Pending(long sequence, JournalRecord record) {}

    private final Root root;
    private final MetadataReads chunks;
    private final LoadMemory memory;
    private final Checksum checksum;
    private final RecordApplier applier;
    private final JournalWatcher watcher;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final List<DiskRead> reads = new ArrayList<>();

    private int nextVisit;
    private int firstVisitRead;

    private boolean cut;
    private long nextSequence;
    private int previousCrc;
    private long durable;
    private int endVisit;
    private int endOffset;
    private long endPosition;

    private long laterDurable;
    private long laterSequence;

    JournalPhase(
            Root root,
            MetadataReads chunks,
            LoadMemory memory,
            Checksum checksum,
            RecordApplier applier,
            JournalWatcher watcher) {
        this.root = root;
        this.chunks = chunks;
        this.memory = memory;
        this.checksum = checksum;
        this.applier = applier;
        this.watcher = watcher;
        nextSequence = root.lastRecord() + 1;
        previousCrc = root.previousCrc();
        durable = root.lastRecord();
        endOffset = root.journalOffset();
        endPosition = root.journalPosition();
    }

    /** Records beyond the highest durable sequence, in order. */
    ArrayDeque<Pending> pending() {
        return pending;
    }

    JournalEnd end() {
        boolean full = endOffset == DiskLayout.CHUNK;
        return new JournalEnd(
                nextSequence - 1,
                previousCrc,
                (root.journalChunk() + endVisit + (full ? 1 : 0)) % root.journalChunks().length,
                full ? 0 : endOffset,
                endPosition,
                durable);
    }

    @Override
    public List<DiskRead> next() {
        for (int visit = firstVisitRead; visit < nextVisit; visit++) {
            visit(visit);
        }
        // The ring comes back to the chunk it began with: what lies before the beginning.
        int visits = root.journalChunks().length + 1;
        if (nextVisit == visits) {
            judge();
            return List.of();
        }
        memory.reset();
        reads.clear();
        firstVisitRead = nextVisit;
        while (nextVisit < visits && nextVisit < firstVisitRead + CHUNKS_AT_A_TIME) {
            int index = (root.journalChunk() + nextVisit) % root.journalChunks().length;
            for (int copy = 0; copy < chunks.copies(); copy++) {
                reads.add(chunks.read(copy, root.journalChunks()[index], DiskLayout.CHUNK));
            }
            nextVisit++;
        }
        return reads;
    }

    private void visit(int visit) {
        int begin = visit == 0 ? root.journalOffset() : 0;
        int limit = visit == root.journalChunks().length ? root.journalOffset() : DiskLayout.CHUNK;
        int offset = begin;
        // A block goes to the next chunk when it does not fit: a chunk may end without one.
        long position = endPosition + (visit == endVisit ? 0 : DiskLayout.CHUNK - endOffset);
        boolean followed = visit == endVisit;
        while (!cut && offset < limit) {
            int length = follow(visit, offset, limit, position);
            if (length == 0) {
                break;
            }
            followed = true;
            offset += length;
            position += length;
            endVisit = visit;
            endOffset = offset;
            endPosition = position;
        }
        cut |= !followed;
        lookForLater(visit, offset, limit);
    }

    /** Takes the block that follows, from any copy; its length, or 0. */
    private int follow(int visit, int offset, int limit, long position) {
        for (int copy = 0; copy < chunks.copies(); copy++) {
            long address = address(visit, copy) + offset;
            boolean next =
                    BlockHeader.hasMagic(address, BlockHeader.JOURNAL)
                            && JournalBlock.firstSequence(address) == nextSequence
                            && JournalBlock.position(address) == position
                            && JournalBlock.previousCrc(address) == previousCrc
                            && BlockHeader.epoch(address) == root.epoch()
                            && JournalBlock.problem(checksum, address, limit - offset, root.pool())
                                    == null;
            if (next) {
                take(address);
                return BlockHeader.length(address);
            }
        }
        return 0;
    }

    private void take(long address) {
        if (JournalBlock.durableSequence(address) >= nextSequence) {
            throw corrupt(
                    "journal block of record %d says that %d is durable"
                            .formatted(nextSequence, JournalBlock.durableSequence(address)));
        }
        durable = Math.max(durable, JournalBlock.durableSequence(address));
        try {
            List<JournalRecord> records = JournalBlock.records(address);
            watcher.block(
                    JournalBlock.position(address),
                    nextSequence,
                    JournalBlock.durableSequence(address),
                    records);
            for (JournalRecord record : records) {
                pending.add(new Pending(nextSequence, record));
                nextSequence++;
            }
        } catch (FormatException e) {
            throw corrupt("journal record %d: %s".formatted(nextSequence, e.getMessage()));
        }
        previousCrc = BlockHeader.crc(address);
        while (!pending.isEmpty() && pending.peek().sequence() <= durable) {
            applier.apply(pending.poll());
        }
    }

    private void lookForLater(int visit, int from, int limit) {
        for (int copy = 0; copy < chunks.copies(); copy++) {
            long base = address(visit, copy);
            for (int offset = from; offset < limit; offset += DiskLayout.UNIT) {
                long address = base + offset;
                if (BlockHeader.hasMagic(address, BlockHeader.JOURNAL)
                        && BlockHeader.epoch(address) == root.epoch()
                        && JournalBlock.durableSequence(address) > laterDurable
                        && JournalBlock.problem(checksum, address, limit - offset, root.pool())
                                == null) {
                    laterDurable = JournalBlock.durableSequence(address);
                    laterSequence = JournalBlock.firstSequence(address);
                }
            }
        }
    }

    private void judge() {
        if (laterDurable >= nextSequence) {
            throw corrupt(
                    "the journal can be followed up to record %d, but the block of record %d says that %d is durable"
                            .formatted(nextSequence - 1, laterSequence, laterDurable));
        }
    }

    private long address(int visit, int copy) {
        return reads.get((visit - firstVisitRead) * chunks.copies() + copy).address();
    }

    private static LoadException corrupt(String message) {
        return new LoadException(LoadException.Kind.CORRUPT, message);
    }
}
