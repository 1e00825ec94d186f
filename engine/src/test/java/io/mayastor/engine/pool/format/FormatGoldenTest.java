package io.mayastor.engine.pool.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mayastor.engine.ring.Memory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The bytes of every structure, field by field, as ARCHITECTURE.md §15.3 draws them. */
class FormatGoldenTest {
    private final Checksum checksum = new Checksum();
    private final NativeBytes memory = new NativeBytes(DiskLayout.MAX_JOURNAL_BLOCK);

    @Test
    void headerOfABlock() {
        memory.fill(0xFF);
        Samples.label().encode(checksum, memory.address());
        assertEquals(text("MYSTLABL") + "0100" + "0000" + "00100000", memory.hex(0, 16));
        assertEquals("00112233445566778899aabbccddeeff", memory.hex(16, 16));
        assertEquals("0700000000000000" + "0100000000000000", memory.hex(32, 16));
        assertEquals("0300000000000000" + "00000000", memory.hex(48, 12));
        byte[] block = memory.bytes(0, 4096);
        int crc = Memory.getInt(memory.address() + 60);
        block[60] = block[61] = block[62] = block[63] = 0;
        CRC32C expected = new CRC32C();
        expected.update(block);
        assertEquals((int) expected.getValue(), crc);
    }

    @Test
    void label() {
        memory.fill(0xFF);
        Samples.label().encode(checksum, memory.address());
        assertEquals("0102030405060708090a0b0c0d0e0f10", memory.hex(64, 16));
        assertEquals("00".repeat(16), memory.hex(80, 16));
        assertEquals("00004000" + "00020000" + "01000000" + "03000000", memory.hex(96, 16));
        assertEquals("0000004000000000" + "0068e5cf8b010000", memory.hex(112, 16));
        assertEquals(text("pool-ü") + "00".repeat(121), memory.hex(128, 128));
        assertEquals(text("node-1") + "00".repeat(58), memory.hex(256, 64));
        assertEquals("02000000" + "00000000", memory.hex(320, 8));
        assertEquals("10000000" + "08000000" + "0000100000000000", memory.hex(328, 16));
        assertEquals("5a000000" + "02000000" + "0000000400000000", memory.hex(344, 16));
        assertEquals(
                "1112131415161718191a1b1c1d1e1f20" + "01000000" + "00000000", memory.hex(1352, 24));
        assertEquals("00112233445566778899aabbccddeeff0300000000000000", memory.hex(1400, 24));
        assertEquals("00".repeat(4096 - 1424), memory.hex(1424, 4096 - 1424));
        assertEquals(Samples.label(), Label.decode(checksum, memory.address()));
    }

    @Test
    void root() {
        memory.fill(0xFF);
        Samples.root().encode(checksum, memory.address(), Samples.CLUSTER);
        assertEquals(text("MYSTROOT"), memory.hex(0, 8));
        assertEquals("0900000000000000" + "0100000000000000", memory.hex(32, 16));
        assertEquals("d204000000000000" + "8877665544332211", memory.hex(64, 16));
        assertEquals("82000000" + "11000000" + "01000000" + "00200000", memory.hex(80, 16));
        assertEquals("bebafeca" + "01000000" + "02000000" + "02000000", memory.hex(96, 16));
        assertEquals("02000000" + "02000000" + "0030060000000000", memory.hex(112, 16));
        assertEquals("00000000" + "02000000" + "00000000" + "00000000", memory.hex(128, 16));
        assertEquals("01000000" + "05000000" + "09000000" + "07000000", memory.hex(144, 16));
        assertEquals("00000000" + "03000000" + "01000000" + "02040000", memory.hex(160, 16));
        assertEquals("00".repeat(4096 - 176), memory.hex(176, 4096 - 176));
    }

    @Test
    void page() {
        memory.fill(0);
        PageHeader.begin(memory.address(), PageHeader.MAP, 5, 2);
        int crc = PageHeader.seal(checksum, memory.address(), Samples.POOL, 9, 77, 3);
        assertEquals(text("MYSTPAGE"), memory.hex(0, 8));
        assertEquals("0900000000000000" + "4d00000000000000", memory.hex(32, 16));
        assertEquals("01000000" + "05000000" + "02000000" + "00000000", memory.hex(64, 16));
        assertEquals(crc, BlockHeader.crc(memory.address()));
        assertNull(PageHeader.problem(checksum, memory.address(), Samples.POOL, 77));
        assertEquals(
                "it is page 77", PageHeader.problem(checksum, memory.address(), Samples.POOL, 78));
        assertNotNull(PageHeader.problem(checksum, memory.address(), Samples.DISK, 77));
        assertEquals(0xdfdffb4a1afa9b7eL, PageHeader.fingerprint(77, 9, 0x12345678));
    }

    @Test
    void mapEntriesPlacesAndSlots() {
        assertEquals(7, MapEntry.whole(5));
        assertEquals(0x80000009, MapEntry.partial(9));
        assertEquals(0xC0000009, MapEntry.sliced(9));
        assertEquals(6 * 65536L + 3, Place.of(5, 3));
        assertEquals(16 + 64 * 4, DetailSlot.bytes(false, 64));
        assertEquals(16 + 64 * 12, DetailSlot.bytes(true, 64));
        assertEquals(16 + 64 * 4 + 8 * 2, DetailSlot.placeAt(64, 2));
        assertEquals(1, DetailSlot.perPage(DetailSlot.bytes(true, 320)));
        assertEquals(0, DetailSlot.perPage(DetailSlot.bytes(true, 336)));
        assertEquals(2, DetailSlot.pages(DetailSlot.bytes(true, 336)));
    }

    @Test
    void layer() {
        String expected =
                "02000300"
                        + "04000000"
                        + "0000800000000000"
                        + "0000400000000000"
                        + "06000000"
                        + "00000000"
                        + "0100000010000000"
                        + "0102030405060708090a0b0c0d0e0f10"
                        + "0200000003000000"
                        + text("vol")
                        + "0000000000"
                        + "0400000005000000"
                        + text("nqn.a")
                        + "000000"
                        + "0400000005000000"
                        + text("nqn.b")
                        + "000000"
                        + "0600000014000000"
                        + text("2026-01-02T03:04:05Z")
                        + "00000000"
                        + "0700000010000000"
                        + "00112233445566778899aabbccddeeff"
                        + "0900000003000000"
                        + "0102030000000000";
        assertEquals(expected, HexFormat.of().formatHex(Samples.layer().encoded()));
    }

    @Test
    void journalBlockWithEveryRecord() {
        memory.fill(0xFF);
        long at = memory.address() + JournalBlock.RECORDS_AT;
        int length = RecordWriter.units(at, 5, 2, 15, 3, 8);
        for (int i = 0; i < 3; i++) {
            Memory.putInt(RecordWriter.crcsAt(at, 0) + 4L * i, 0xA0 + i);
        }
        int sliced = length;
        length += RecordWriter.slicedUnits(at + length, 5, 2, 15, 2);
        Memory.putLong(RecordWriter.placesAt(at + sliced), Place.of(8, 1));
        Memory.putLong(RecordWriter.placesAt(at + sliced) + 8, Place.of(9, 2));
        Memory.putLong(RecordWriter.crcsAt(at + sliced, 2), 0xC1000000B1L);
        int rest = length;
        length += RecordWriter.clear(at + length, 5, 2, 16, 4, true);
        length += RecordWriter.region(at + length, 5, 3, MapEntry.ZERO);
        length += RecordWriter.move(at + length, 5, 6, 3);
        length += RecordWriter.removeLayer(at + length, 5);
        int crc =
                JournalBlock.seal(
                        checksum,
                        memory.address(),
                        length,
                        6,
                        Samples.POOL,
                        40,
                        8192,
                        3,
                        39,
                        0xCAFEBABE);
        assertEquals(crc, BlockHeader.crc(memory.address()));
        assertEquals(text("MYSTJRNL"), memory.hex(0, 8));
        assertEquals("2800000000000000" + "0020000000000000", memory.hex(32, 16));
        assertEquals("2700000000000000" + "bebafeca" + "06000000", memory.hex(64, 16));
        assertEquals(
                "0100000030000000"
                        + "05000000"
                        + "02000000"
                        + "0f000000"
                        + "03000000"
                        + "08000000"
                        + "00000000"
                        + "a0000000"
                        + "a1000000"
                        + "a2000000"
                        + "00000000",
                memory.hex(80, 48));
        assertEquals(
                "0100010038000000"
                        + "05000000"
                        + "02000000"
                        + "0f000000"
                        + "02000000"
                        + "00000000"
                        + "00000000"
                        + "0100090000000000"
                        + "02000a0000000000"
                        + "b1000000"
                        + "c1000000",
                memory.hex(80 + sliced, 56));
        assertEquals(
                "0200010018000000"
                        + "05000000"
                        + "02000000"
                        + "10000000"
                        + "04000000"
                        + "0300000018000000"
                        + "05000000"
                        + "03000000"
                        + "01000000"
                        + "00000000"
                        + "0400000018000000"
                        + "05000000"
                        + "06000000"
                        + "03000000"
                        + "00000000"
                        + "0600000010000000"
                        + "05000000"
                        + "00000000",
                memory.hex(80 + rest, 88));
        assertEquals("00".repeat(4096 - 80 - length), memory.hex(80 + length, 4016 - length));
        assertNull(JournalBlock.problem(checksum, memory.address(), 4096, Samples.POOL));
        assertEquals(6, JournalBlock.records(memory.address()).size());
    }

    private static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
