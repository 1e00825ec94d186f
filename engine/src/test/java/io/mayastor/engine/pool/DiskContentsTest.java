package io.mayastor.engine.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskContentsTest {
    private final byte[] first = new byte[DiskContents.PROBED_BYTES];
    private final byte[] last = new byte[DiskContents.PROBED_BYTES];

    private Optional<String> found() {
        return DiskContents.found(MemorySegment.ofArray(first), MemorySegment.ofArray(last));
    }

    @Test
    void zerosAtBothEndsAreBlank() {
        assertEquals(Optional.empty(), found());
    }

    @Test
    void aSingleByteAtTheFarEndOfEitherProbeIsNotBlank() {
        first[DiskContents.PROBED_BYTES - 1] = 1;
        assertNames("not know");
        first[DiskContents.PROBED_BYTES - 1] = 0;
        last[0] = 1;
        assertTrue(found().isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "SPDKBLOB, 0, SPDK",
        "MYSTLABL, 0, mayastor pool",
        "XFSB, 0, XFS",
        "_BHRfS_M, 65600, btrfs",
        "LABELONE, 512, LVM",
        "EFI PART, 512, GPT",
        "EFI PART, 4096, GPT",
        "SWAPSPACE2, 4086, swap",
        "CD001, 32769, ISO",
        "FAT32, 82, FAT"
    })
    void namesWhatATextSays(String text, int offset, String expected) {
        byte[] bytes =
                (text.equals("FAT32") ? "FAT32   " : text).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, first, offset, bytes.length);
        assertNames(expected);
    }

    @Test
    void namesWhatANumberSays() {
        put(first, 1024 + 56, 0x53, 0xef);
        assertEquals(Optional.of("an ext2/3/4 file system"), found());
        put(first, 1024 + 56, 0, 0);
        put(first, 4096, 0xfc, 0x4e, 0x2b, 0xa9);
        assertEquals(Optional.of("a member of an md RAID array"), found());
        put(first, 4096, 0, 0, 0, 0);
        put(first, 132 << 10, 0x0c, 0xb1, 0xba, 0);
        assertEquals(Optional.of("a member of a ZFS pool"), found());
        put(first, 132 << 10, 0, 0, 0);
        put(first, 0x1018, 0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca);
        put(first, 0x1020, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba, 0x6d, 0x81);
        assertNames("bcache");
        put(first, 0x1018, 0);
        put(last, last.length - 4096 + 28, 0x83, 0x74, 0x02, 0x6d);
        assertEquals(Optional.of("a DRBD device"), found());
        put(last, last.length - 4096 + 28, 0, 0, 0, 0);
        put(first, 510, 0x55, 0xaa);
        assertNames("boot sector");
    }

    @Test
    void anEndLabelAloneNamesThePool() {
        byte[] magic = "MYSTLABL".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, last, last.length - 4096, magic.length);
        assertEquals(Optional.of("a mayastor pool"), found());
    }

    private void assertNames(String part) {
        String what = found().orElse("blank");
        assertTrue(what.contains(part), what);
    }

    private static void put(byte[] to, int offset, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            to[offset + i] = (byte) bytes[i];
        }
    }
}
