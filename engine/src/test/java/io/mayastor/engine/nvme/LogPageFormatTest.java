package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.ascii;
import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Golden bytes of Get Log Page and of every log page. */
class LogPageFormatTest {
    @Test
    void getLogPageHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        GetLogPageCommand.encode(
                memory, 0, 9, 0xffffffff, LogPage.ANA, 1, true, 0x1_0000_0004L, 0x40010);
        assertBytes(
                "02 40 0900 ffffffff 00000000 00000000 0000000000000000"
                        + "0000000000000000 10000400 000000 5a"
                        + "0c 81 0300 0100 0000 04000000 01000000 00000000 00000000",
                memory);
        assertEquals(LogPage.ANA, GetLogPageCommand.page(memory, 0));
        assertEquals(GetLogPageCommand.LSP_ANA_GROUPS_ONLY, GetLogPageCommand.specific(memory, 0));
        assertTrue(GetLogPageCommand.retainsEvent(memory, 0));
        assertEquals(0x40010, GetLogPageCommand.byteLength(memory, 0));
        assertEquals(0x1_0000_0004L, GetLogPageCommand.offset(memory, 0));
        assertFalse(GetLogPageCommand.offsetIsIndex(memory, 0));
        assertEquals(0, GetLogPageCommand.uuidIndex(memory, 0));
        assertEquals(0, GetLogPageCommand.commandSet(memory, 0));
    }

    @Test
    void longestLogPageRequestIs16GiB() {
        MemorySegment memory = Bytes.image(64, 40, "02 00 ffff ffff", 56, "7f 00 80 01");
        assertEquals(16L << 30, GetLogPageCommand.byteLength(memory, 0));
        assertTrue(GetLogPageCommand.offsetIsIndex(memory, 0));
        assertEquals(127, GetLogPageCommand.uuidIndex(memory, 0));
        assertEquals(1, GetLogPageCommand.commandSet(memory, 0));
    }

    @Test
    void errorEntryHasItsBytesAndComesBack() {
        ErrorLogEntry entry =
                new ErrorLogEntry(
                        3,
                        1,
                        0x0102,
                        Status.withDoNotRetry(Status.INVALID_FIELD),
                        40,
                        99,
                        1,
                        0,
                        3,
                        7,
                        8);
        MemorySegment memory = Bytes.dirty(64);
        entry.encode(memory, 0);
        assertBytes(
                Bytes.image(
                        64,
                        0,
                        "0300000000000000 0100 0201 0480 2800 6300000000000000 01000000 00 03 0000",
                        32,
                        "0700000000000000 0800"),
                memory);
        assertEquals(entry, ErrorLogEntry.decode(memory, 0));
    }

    @Test
    void smartPageHasItsBytesAndComesBack() {
        SmartLog smart = new SmartLog(4, 310, 100, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        MemorySegment memory = Bytes.dirty(512);
        smart.encode(memory, 0);
        assertBytes(
                Bytes.image(
                        512,
                        0,
                        "04 3601 64 0a 01",
                        32,
                        "02",
                        48,
                        "03",
                        64,
                        "04",
                        80,
                        "05",
                        96,
                        "06",
                        112,
                        "07",
                        128,
                        "08",
                        144,
                        "09",
                        160,
                        "0a",
                        176,
                        "0b"),
                memory);
        assertEquals(smart, SmartLog.decode(memory, 0));
    }

    @Test
    void counterBeyondALongSaturates() {
        assertEquals(
                Long.MAX_VALUE, SmartLog.decode(Bytes.image(512, 39, "80"), 0).dataUnitsRead());
    }

    @Test
    void firmwareSlotsHaveTheirBytesAndComeBack() {
        FirmwareSlotLog slots =
                new FirmwareSlotLog(1, 2, List.of("1.0", "", "", "", "", "", "abc"));
        MemorySegment memory = Bytes.dirty(512);
        slots.encode(memory, 0);
        assertBytes(Bytes.image(512, 0, "21", 8, ascii("1.0     "), 56, ascii("abc     ")), memory);
        assertEquals(slots, FirmwareSlotLog.decode(memory, 0));
    }

    @Test
    void commandEffectsHaveTheirBytesAndComeBack() {
        CommandEffectsLog effects =
                new CommandEffectsLog(
                        new TreeMap<>(Map.of(AdminOpcode.IDENTIFY, CommandEffectsLog.SUPPORTED)),
                        new TreeMap<>(
                                Map.of(
                                        NvmOpcode.WRITE,
                                        CommandEffectsLog.SUPPORTED
                                                | CommandEffectsLog.CHANGES_CONTENT,
                                        0xff,
                                        1 << 16)));
        MemorySegment memory = Bytes.dirty(4096);
        effects.encode(memory, 0);
        assertBytes(Bytes.image(4096, 24, "01000000", 1028, "03000000", 2044, "00000100"), memory);
        assertEquals(effects, CommandEffectsLog.decode(memory, 0));
    }

    @Test
    void tableTakesOnlyIdentifiersOfOneByte() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new SupportedLogPages(new TreeMap<>(Map.of(256, 1))));
    }

    @Test
    void supportedPagesHaveTheirBytesAndComeBack() {
        SupportedLogPages pages =
                new SupportedLogPages(
                        new TreeMap<>(
                                Map.of(
                                        LogPage.SMART,
                                        SupportedLogPages.SUPPORTED,
                                        LogPage.ANA,
                                        3)));
        MemorySegment memory = Bytes.dirty(1024);
        pages.encode(memory, 0);
        assertBytes(Bytes.image(1024, 8, "01", 48, "03"), memory);
        assertEquals(pages, SupportedLogPages.decode(memory, 0));
    }

    @Test
    void anaPageHasItsBytesAndComesBack() {
        AnaLog log =
                new AnaLog(
                        5,
                        List.of(
                                new AnaGroup(1, 4, AnaState.OPTIMIZED, List.of(1, 2)),
                                new AnaGroup(2, 5, AnaState.CHANGE, List.of())));
        assertEquals(16 + 40 + 32, log.byteLength());
        MemorySegment memory = Bytes.dirty(log.byteLength());
        log.encode(memory, 0);
        assertBytes(
                "0500000000000000 0200 000000000000"
                        + "01000000 02000000 0400000000000000 01 000000000000000000000000000000 01000000 02000000"
                        + "02000000 00000000 0500000000000000 0f 000000000000000000000000000000",
                memory);
        assertEquals(log, AnaLog.decode(memory, 0));
        assertEquals(16 + 2 * 32, log.groupsOnly().byteLength());
        assertEquals(AnaState.CHANGE, log.groupsOnly().groups().get(1).state());
    }

    @Test
    void anaPageThatPromisesMoreThanItHoldsIsRefused() {
        assertThrows(
                WireFormatException.class,
                () -> AnaLog.decode(Bytes.image(48, 8, "0200", 32, "01"), 0));
        assertThrows(
                WireFormatException.class,
                () -> AnaLog.decode(Bytes.image(48, 8, "0100", 20, "ffffffff", 32, "01"), 0));
        assertThrows(
                WireFormatException.class,
                () -> AnaLog.decode(Bytes.image(48, 8, "0100", 32, "05"), 0));
    }

    @Test
    void anaStatesServeIoOrSayWhyNot() {
        assertTrue(AnaState.NON_OPTIMIZED.servesIo());
        assertEquals(Status.ANA_INACCESSIBLE, AnaState.INACCESSIBLE.status());
        for (AnaState state : AnaState.values()) {
            assertEquals(state, AnaState.ofCode(state.code()));
            assertEquals(state.servesIo(), Status.isSuccess(state.status()));
        }
    }

    @Test
    void discoveryPageHasItsBytesAndComesBack() {
        DiscoveryLog log =
                new DiscoveryLog(
                        7,
                        List.of(
                                new DiscoveryEntry(
                                        DiscoveryEntry.TRANSPORT_TCP,
                                        DiscoveryEntry.FAMILY_IPV4,
                                        DiscoveryEntry.TYPE_NVM,
                                        DiscoveryEntry.SQ_FLOW_CONTROL_MAY_BE_DISABLED,
                                        2,
                                        0xffff,
                                        32,
                                        DiscoveryEntry.PERSISTENT_CONNECTIONS,
                                        "8420",
                                        "nqn.2019-05.io.openebs:m0",
                                        "127.0.0.1",
                                        0)));
        assertEquals(2048, log.byteLength());
        MemorySegment memory = Bytes.dirty(2048);
        log.encode(memory, 0);
        String spaces = " ".repeat(256);
        assertBytes(
                Bytes.image(
                        2048,
                        0,
                        "0700000000000000 0100000000000000 0000",
                        1024,
                        "03 01 02 04 0200 ffff 2000 0200",
                        1024 + 32,
                        ascii("8420" + spaces.substring(0, 28)),
                        1024 + 256,
                        ascii("nqn.2019-05.io.openebs:m0"),
                        1024 + 512,
                        ascii("127.0.0.1" + spaces.substring(0, 247))),
                memory);
        assertEquals(log, DiscoveryLog.decode(memory, 0));
        assertEquals(7, DiscoveryLog.generation(memory, 0));
        assertEquals(1, DiscoveryLog.entryCount(memory, 0));
    }

    @Test
    void addressPaddedWithZerosReadsLikeOnePaddedWithSpaces() {
        MemorySegment memory = Bytes.image(1024, 32, ascii("4420"), 512, ascii("10.0.0.1"));
        DiscoveryEntry entry = DiscoveryEntry.decode(memory, 0);
        assertEquals("4420", entry.serviceId());
        assertEquals("10.0.0.1", entry.address());
    }

    @Test
    void discoveryPageThatPromisesMoreThanItHoldsIsRefused() {
        for (String count : List.of("0100000000000000", "ffffffffffffffff", "0000000000000080")) {
            assertThrows(
                    WireFormatException.class,
                    () -> DiscoveryLog.decode(Bytes.image(2047, 8, count), 0));
        }
        assertThrows(
                WireFormatException.class,
                () -> DiscoveryLog.decode(Bytes.image(1024, 16, "0100"), 0));
    }

    @Test
    void reservationNotificationHasItsBytesAndComesBack() {
        ReservationNotificationLog log =
                new ReservationNotificationLog(
                        2, ReservationNotificationLog.TYPE_RESERVATION_PREEMPTED, 1, 1);
        MemorySegment memory = Bytes.dirty(64);
        log.encode(memory, 0);
        assertBytes(Bytes.image(64, 0, "0200000000000000 03 01 0000 01000000"), memory);
        assertEquals(log, ReservationNotificationLog.decode(memory, 0));
        new ReservationNotificationLog(2, 1, 300, 1).encode(memory, 0);
        assertEquals(255, ReservationNotificationLog.decode(memory, 0).remaining());
    }

    @Test
    void pagesHaveNames() {
        assertEquals("Asymmetric Namespace Access", LogPage.name(0x0c));
        assertEquals("log page 0x42", LogPage.name(0x42));
    }
}
