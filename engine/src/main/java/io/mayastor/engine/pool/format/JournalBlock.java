package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A block of the journal, 4 KiB to 256 KiB, whose records count all or not at all. The block
 * header's sequence is that of the first record (a block without records has that of the next one),
 * its identity the journal position; then
 *
 * <pre>
 * 64  8  durable sequence: all records up to it are durable with their data
 * 72  4  CRC of the block before
 * 76  4  number of records
 * 80  …  records, each a multiple of 8 bytes; zeros after the last one
 * </pre>
 *
 * The <em>journal position</em> counts the bytes of the ring that the journal has ever gone over:
 * those of its blocks, and those that were left over at the end of a chunk because the next block
 * did not fit.
 */
public final class JournalBlock {
    public static final int RECORDS_AT = 80;
    public static final int MAX_BYTES = DiskLayout.MAX_JOURNAL_BLOCK;

    private static final int DURABLE_AT = 64;
    private static final int PREVIOUS_CRC_AT = 72;
    private static final int COUNT_AT = 76;

    private JournalBlock() {}

    /** Length of the block that holds so many bytes of records. */
    public static int bytes(int recordBytes) {
        return (RECORDS_AT + recordBytes + DiskLayout.UNIT - 1) / DiskLayout.UNIT * DiskLayout.UNIT;
    }

    /**
     * Makes a block of records that are in place already; clears what follows them. Allocates
     * nothing.
     *
     * @param recordBytes of all records together
     * @return the block's CRC
     */
    public static int seal(
            Checksum checksum,
            long address,
            int recordBytes,
            int records,
            UUID pool,
            long firstSequence,
            long position,
            long epoch,
            long durableSequence,
            int previousCrc) {
        int length = bytes(recordBytes);
        if (length > MAX_BYTES || records < 0) {
            throw new IllegalArgumentException(
                    "journal block of %d records, %d bytes".formatted(records, recordBytes));
        }
        int end = RECORDS_AT + recordBytes;
        for (int at = end; at < length; at += 8) {
            Memory.putLong(address + at, 0);
        }
        Memory.putLong(address + DURABLE_AT, durableSequence);
        Memory.putInt(address + PREVIOUS_CRC_AT, previousCrc);
        Memory.putInt(address + COUNT_AT, records);
        return BlockHeader.seal(
                checksum,
                address,
                length,
                BlockHeader.JOURNAL,
                pool,
                firstSequence,
                position,
                epoch);
    }

    /** What is wrong with bytes that were read as the beginning of a block, or null. */
    public static String problem(Checksum checksum, long address, int available, UUID pool) {
        if (available < DiskLayout.UNIT) {
            return "beyond the end of its chunk";
        }
        String problem =
                BlockHeader.problem(
                        checksum,
                        address,
                        Math.min(available, MAX_BYTES),
                        BlockHeader.JOURNAL,
                        pool);
        if (problem != null) {
            return problem;
        }
        if (count(address) < 0) {
            return "%d records".formatted(count(address));
        }
        if (firstSequence(address) < 1 || durableSequence(address) < 0) {
            return "sequence %d, durable %d"
                    .formatted(firstSequence(address), durableSequence(address));
        }
        return null;
    }

    public static long firstSequence(long address) {
        return BlockHeader.sequence(address);
    }

    public static long position(long address) {
        return BlockHeader.identity(address);
    }

    public static long durableSequence(long address) {
        return Memory.getLong(address + DURABLE_AT);
    }

    public static int previousCrc(long address) {
        return Memory.getInt(address + PREVIOUS_CRC_AT);
    }

    public static int count(long address) {
        return Memory.getInt(address + COUNT_AT);
    }

    /** The records of a block that has no {@link #problem}. */
    public static List<JournalRecord> records(long address) {
        int end = BlockHeader.length(address);
        int count = count(address);
        List<JournalRecord> records = new ArrayList<>(Math.min(count, end / 8));
        int at = RECORDS_AT;
        for (int i = 0; i < count; i++) {
            records.add(JournalRecord.decode(address + at, end - at));
            at += JournalRecord.length(address + at);
        }
        for (; at < end; at += 8) {
            FormatException.require(
                    Memory.getLong(address + at) == 0, "journal: bytes after the last record");
        }
        return records;
    }
}
