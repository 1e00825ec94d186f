package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The header of every metadata block.
 *
 * <pre>
 *  0  8  magic
 *  8  2  format version
 * 10  2  reserved
 * 12  4  length of the block in bytes, a multiple of 4 KiB
 * 16 16  pool UUID, its bytes in RFC 9562 order
 * 32  8  sequence
 * 40  8  identity
 * 48  8  open-epoch in which it was written
 * 56  4  reserved
 * 60  4  CRC32C of the whole block with this field zero
 * </pre>
 */
public final class BlockHeader {
    public static final int BYTES = 64;
    public static final int VERSION = 1;

    public static final long LABEL = magic("MYSTLABL");
    public static final long ROOT = magic("MYSTROOT");
    public static final long PAGE = magic("MYSTPAGE");
    public static final long JOURNAL = magic("MYSTJRNL");

    private static final int MAGIC_AT = 0;
    private static final int VERSION_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final int POOL_AT = 16;
    private static final int SEQUENCE_AT = 32;
    private static final int IDENTITY_AT = 40;
    private static final int EPOCH_AT = 48;
    private static final int SECOND_RESERVED_AT = 56;
    private static final int CRC_AT = 60;

    private BlockHeader() {}

    /**
     * Writes the header of a block whose other content is complete.
     *
     * @return the block's CRC
     */
    public static int seal(
            Checksum checksum,
            long address,
            int length,
            long magic,
            UUID pool,
            long sequence,
            long identity,
            long epoch) {
        if (length < BYTES || length % DiskLayout.UNIT != 0) {
            throw new IllegalArgumentException("block of " + length + " bytes");
        }
        Memory.putLong(address + MAGIC_AT, magic);
        Memory.putInt(address + VERSION_AT, VERSION);
        Memory.putInt(address + LENGTH_AT, length);
        putUuid(address + POOL_AT, pool);
        Memory.putLong(address + SEQUENCE_AT, sequence);
        Memory.putLong(address + IDENTITY_AT, identity);
        Memory.putLong(address + EPOCH_AT, epoch);
        Memory.putInt(address + SECOND_RESERVED_AT, 0);
        Memory.putInt(address + CRC_AT, 0);
        int crc = checksum.of(address, length);
        Memory.putInt(address + CRC_AT, crc);
        return crc;
    }

    /**
     * What is wrong with a block that was read, or null when it is a whole block of this kind.
     *
     * @param available bytes that may be looked at, at least {@link #BYTES}
     * @param pool the pool it must be of; null: any
     */
    public static String problem(
            Checksum checksum, long address, int available, long magic, UUID pool) {
        String claim = claimProblem(address, available, magic);
        if (claim != null) {
            return claim;
        }
        if (pool != null && !isOf(address, pool)) {
            return "of another pool, " + pool(address);
        }
        int expected = checksum.withHole(address, length(address), CRC_AT);
        if (expected != crc(address)) {
            return "CRC %08x, its content has %08x".formatted(crc(address), expected);
        }
        if (Memory.getInt(address + VERSION_AT) >>> 16 != 0
                || Memory.getInt(address + SECOND_RESERVED_AT) != 0) {
            return "reserved fields of the header are in use";
        }
        return null;
    }

    private static String claimProblem(long address, int available, long magic) {
        if (Memory.getLong(address + MAGIC_AT) != magic) {
            return "no magic " + text(magic);
        }
        int version = version(address);
        if (version != VERSION) {
            return "format version %d, this engine knows %d".formatted(version, VERSION);
        }
        int length = length(address);
        if (length < BYTES || length % DiskLayout.UNIT != 0 || length > available) {
            return "length " + Integer.toUnsignedString(length);
        }
        return null;
    }

    /** Whether the block begins like one of this kind; nothing else is checked. */
    public static boolean hasMagic(long address, long magic) {
        return Memory.getLong(address + MAGIC_AT) == magic;
    }

    /** The format version that a block with the right magic claims; it may be newer than ours. */
    public static int version(long address) {
        return Memory.getInt(address + VERSION_AT) & 0xFFFF;
    }

    public static int length(long address) {
        return Memory.getInt(address + LENGTH_AT);
    }

    public static UUID pool(long address) {
        return uuid(address + POOL_AT);
    }

    public static boolean isOf(long address, UUID pool) {
        return Memory.getLong(address + POOL_AT) == Long.reverseBytes(pool.getMostSignificantBits())
                && Memory.getLong(address + POOL_AT + 8)
                        == Long.reverseBytes(pool.getLeastSignificantBits());
    }

    public static long sequence(long address) {
        return Memory.getLong(address + SEQUENCE_AT);
    }

    public static long identity(long address) {
        return Memory.getLong(address + IDENTITY_AT);
    }

    public static long epoch(long address) {
        return Memory.getLong(address + EPOCH_AT);
    }

    public static int crc(long address) {
        return Memory.getInt(address + CRC_AT);
    }

    static UUID uuid(long address) {
        return new UUID(
                Long.reverseBytes(Memory.getLong(address)),
                Long.reverseBytes(Memory.getLong(address + 8)));
    }

    static void putUuid(long address, UUID uuid) {
        Memory.putLong(address, Long.reverseBytes(uuid.getMostSignificantBits()));
        Memory.putLong(address + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
    }

    private static long magic(String text) {
        long magic = 0;
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = bytes.length - 1; i >= 0; i--) {
            magic = magic << 8 | bytes[i];
        }
        return magic;
    }

    private static String text(long magic) {
        StringBuilder text = new StringBuilder(8);
        for (long rest = magic; rest != 0; rest >>>= 8) {
            text.append((char) (rest & 0xFF));
        }
        return text.toString();
    }
}
