package io.mayastor.engine.pool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a disk is blank: its first and last {@value #PROBED_BYTES} bytes are zero, and
 * names what a disk carries that is not. Nothing is written here. Signatures are those by which the
 * owners of the formats recognise them.
 */
public final class DiskContents {
    /** How much of each end is looked at; a shorter disk is looked at as a whole. */
    public static final int PROBED_BYTES = 8 << 20;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Magic texts at a distance from the start. */
    private static final List<Signature> AT_START =
            List.of(
                    new Signature("a mayastor pool", 0, "MYSTLABL"),
                    new Signature("an SPDK blobstore (a pool of another engine)", 0, "SPDKBLOB"),
                    new Signature("a LUKS volume", 0, "LUKS\u00ba\u00be"),
                    new Signature("a LUKS volume (second header)", 0x4000, "SKUL\u00ba\u00be"),
                    new Signature("a Ceph OSD (BlueStore)", 0, "bluestore block device"),
                    new Signature("an XFS file system", 0, "XFSB"),
                    new Signature("a btrfs file system", 0x10040, "_BHRfS_M"),
                    new Signature("a squashfs image", 0, "hsqs"),
                    new Signature("an NTFS file system", 3, "NTFS    "),
                    new Signature("an exFAT file system", 3, "EXFAT   "),
                    new Signature("a FAT file system", 82, "FAT32   "),
                    new Signature("a FAT file system", 54, "FAT1"),
                    new Signature("swap space", 4086, "SWAPSPACE2"),
                    new Signature("swap space", 4086, "SWAP-SPACE"),
                    new Signature("an ISO 9660 image", 0x8001, "CD001"),
                    new Signature("a bcachefs or bcache device", 0x1018, bcacheMagic()),
                    new Signature("an LVM physical volume", 0, "LABELONE"),
                    new Signature("an LVM physical volume", 512, "LABELONE"),
                    new Signature("an LVM physical volume", 1024, "LABELONE"),
                    new Signature("an LVM physical volume", 1536, "LABELONE"),
                    new Signature("a GPT partition table", 512, "EFI PART"),
                    new Signature("a GPT partition table", 4096, "EFI PART"));

    /** Magic texts at a distance back from the end. */
    private static final List<Signature> AT_END =
            List.of(
                    new Signature("a mayastor pool", 4096, "MYSTLABL"),
                    new Signature("a GPT partition table", 512, "EFI PART"),
                    new Signature("a GPT partition table", 4096, "EFI PART"));

    private static final int MD_MAGIC = 0xa92b4efc;
    private static final int EXT_MAGIC = 0xef53;
    private static final int F2FS_MAGIC = 0xf2f52010;
    private static final long ZFS_UBERBLOCK = 0x00bab10cL;
    private static final int DRBD_MAGIC = 0x8374026b;

    private DiskContents() {}

    /**
     * What the disk carries; empty: it is blank.
     *
     * @param first the first bytes of the disk, as many as {@link #PROBED_BYTES} or all
     * @param last the last ones, the same length
     */
    public static Optional<String> found(MemorySegment first, MemorySegment last) {
        if (isZero(first) && isZero(last)) {
            return Optional.empty();
        }
        return Optional.of(named(first, last).orElse("data that this engine does not know"));
    }

    private static boolean isZero(MemorySegment bytes) {
        long longs = bytes.byteSize() / Long.BYTES;
        for (long i = 0; i < longs; i++) {
            if (bytes.get(LONG, i * Long.BYTES) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> named(MemorySegment first, MemorySegment last) {
        for (Signature each : AT_START) {
            if (each.matches(first, each.distance)) {
                return Optional.of(each.name);
            }
        }
        for (Signature each : AT_END) {
            if (each.matches(last, last.byteSize() - each.distance)) {
                return Optional.of(each.name);
            }
        }
        return numbered(first, last);
    }

    /** Formats recognised by a number. */
    private static Optional<String> numbered(MemorySegment first, MemorySegment last) {
        if ((intAt(first, 1024 + 56) & 0xffff) == EXT_MAGIC) {
            return Optional.of("an ext2/3/4 file system");
        }
        if (intAt(first, 1024) == F2FS_MAGIC) {
            return Optional.of("an F2FS file system");
        }
        long end = last.byteSize();
        // Superblock 1.1 lies at the start, 1.2 at 4 KiB, 1.0 some 8 KiB and 0.90 64 to 128 KiB
        // before the end, both aligned.
        if (intAt(first, 0) == MD_MAGIC
                || intAt(first, 4096) == MD_MAGIC
                || intAt(last, end - 8192) == MD_MAGIC
                || intAt(last, end - 12288) == MD_MAGIC
                || intAt(last, end - 65536) == MD_MAGIC) {
            return Optional.of("a member of an md RAID array");
        }
        for (long uberblock = 128 << 10; uberblock < 256 << 10; uberblock += 1024) {
            if (longAt(first, uberblock) == ZFS_UBERBLOCK) {
                return Optional.of("a member of a ZFS pool");
            }
        }
        for (long back = 4096; back <= 65536; back += 4096) {
            if (isDrbd(last, end - back)) {
                return Optional.of("a DRBD device");
            }
        }
        if (first.byteSize() > 511 && (intAt(first, 510) & 0xffff) == 0xaa55) {
            return Optional.of("a partition table or boot sector");
        }
        return Optional.empty();
    }

    private static boolean isDrbd(MemorySegment last, long block) {
        for (int offset = 0; offset < 64; offset += 4) {
            long at = block + offset;
            if (at >= 0 && at + 4 <= last.byteSize()) {
                int magic = last.get(BIG_INT, at);
                if (magic >= DRBD_MAGIC && magic <= DRBD_MAGIC + 2) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int intAt(MemorySegment bytes, long offset) {
        return offset >= 0 && offset + 4 <= bytes.byteSize() ? bytes.get(INT, offset) : 0;
    }

    private static long longAt(MemorySegment bytes, long offset) {
        return offset >= 0 && offset + 8 <= bytes.byteSize() ? bytes.get(LONG, offset) : 0;
    }

    private static String bcacheMagic() {
        int[] magic = {
            0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba,
            0x6d, 0x81
        };
        return new String(magic, 0, magic.length);
    }

    /**
     * @param text one character for each byte
     */
    private record Signature(String name, long distance, String text) {
        boolean matches(MemorySegment bytes, long offset) {
            byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
            if (offset < 0 || offset + wanted.length > bytes.byteSize()) {
                return false;
            }
            MemorySegment there = bytes.asSlice(offset, wanted.length);
            return there.mismatch(MemorySegment.ofArray(wanted)) < 0;
        }
    }
}
