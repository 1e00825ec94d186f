package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.util.UUID;

/**
 * A page of the pool's state: the block header, whose sequence is the checkpoint number and whose
 * identity is the page number, then
 *
 * <pre>
 * 64    4  type: 0 free, 1 map, 2 partial, 3 sliced, 4 layer
 * 68    4  owner: layer id of map and layer pages, else 0
 * 72    4  index
 * 76    4  reserved
 * 80 4016  content
 * </pre>
 */
public final class PageHeader {
    public static final int FREE = 0;
    public static final int MAP = 1;
    public static final int PARTIAL = 2;
    public static final int SLICED = 3;
    public static final int LAYER = 4;

    public static final int CONTENT_AT = 80;
    public static final int CONTENT_BYTES = DiskLayout.PAGE - CONTENT_AT;

    /** Regions that a map page holds. */
    public static final int MAP_ENTRIES = CONTENT_BYTES / Integer.BYTES;

    private static final int TYPE_AT = 64;
    private static final int OWNER_AT = 68;
    private static final int INDEX_AT = 72;
    private static final int RESERVED_AT = 76;

    private PageHeader() {}

    /** Writes what a page is, into a page in memory; {@link #seal} makes it fit for the disk. */
    public static void begin(long address, int type, int owner, int index) {
        Memory.putInt(address + TYPE_AT, type);
        Memory.putInt(address + OWNER_AT, owner);
        Memory.putInt(address + INDEX_AT, index);
        Memory.putInt(address + RESERVED_AT, 0);
    }

    /** Writes the block header of a page whose content is complete; returns the page's CRC. */
    public static int seal(
            Checksum checksum, long address, UUID pool, long checkpoint, int page, long epoch) {
        return BlockHeader.seal(
                checksum,
                address,
                DiskLayout.PAGE,
                BlockHeader.PAGE,
                pool,
                checkpoint,
                page,
                epoch);
    }

    /** What is wrong with 4 KiB that were read from a slot of a page, or null. */
    public static String problem(Checksum checksum, long address, UUID pool, int page) {
        String problem =
                BlockHeader.problem(checksum, address, DiskLayout.PAGE, BlockHeader.PAGE, pool);
        if (problem != null) {
            return problem;
        }
        if (BlockHeader.identity(address) != page) {
            return "it is page " + Long.toUnsignedString(BlockHeader.identity(address));
        }
        if (type(address) < FREE || type(address) > LAYER) {
            return "type " + Integer.toUnsignedString(type(address));
        }
        if (owner(address) < 0 || index(address) < 0) {
            return "owner %d index %d"
                    .formatted(
                            Integer.toUnsignedLong(owner(address)),
                            Integer.toUnsignedLong(index(address)));
        }
        boolean owned = type(address) == MAP || type(address) == LAYER;
        if (owned != (owner(address) != 0)) {
            return "type %d with owner %d".formatted(type(address), owner(address));
        }
        return null;
    }

    public static int type(long address) {
        return Memory.getInt(address + TYPE_AT);
    }

    public static int owner(long address) {
        return Memory.getInt(address + OWNER_AT);
    }

    public static int index(long address) {
        return Memory.getInt(address + INDEX_AT);
    }

    public static long checkpoint(long address) {
        return BlockHeader.sequence(address);
    }

    /** What a page version adds to the root's fingerprint. */
    public static long fingerprint(int page, long checkpoint, int crc) {
        long value = checkpoint * 0x9E3779B97F4A7C15L;
        value = mix(value ^ ((long) page << 32 | Integer.toUnsignedLong(crc)));
        return mix(value + 0x9E3779B97F4A7C15L);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
