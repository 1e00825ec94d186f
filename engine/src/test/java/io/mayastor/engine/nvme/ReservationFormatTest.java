package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Golden bytes of reservation commands and the report. */
class ReservationFormatTest {
    private static final UUID HOST = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    @Test
    void registerHasItsFieldsAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        ReservationCommand.encodeRegister(
                memory,
                0,
                9,
                1,
                ReservationCommand.REPLACE,
                true,
                ReservationCommand.PERSISTENCE_SET);
        assertBytes("0d 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("0a0000c0", memory.asSlice(40, 4));
        assertEquals(ReservationCommand.REPLACE, ReservationCommand.action(memory, 0));
        assertTrue(ReservationCommand.ignoresExistingKey(memory, 0));
        assertEquals(ReservationCommand.PERSISTENCE_SET, ReservationCommand.persistence(memory, 0));
    }

    @Test
    void acquireAndReleaseNameTheirType() {
        MemorySegment memory = Bytes.dirty(64);
        ReservationCommand.encodeAcquire(
                memory,
                0,
                9,
                1,
                ReservationCommand.PREEMPT_AND_ABORT,
                ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS);
        assertBytes("11 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("02060000", memory.asSlice(40, 4));
        assertEquals(6, ReservationCommand.type(memory, 0));
        assertFalse(ReservationCommand.ignoresExistingKey(memory, 0));
        ReservationCommand.encodeRelease(
                memory, 0, 9, 1, ReservationCommand.CLEAR, ReservationType.WRITE_EXCLUSIVE);
        assertBytes("15 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("01010000", memory.asSlice(40, 4));
        assertEquals(ReservationCommand.CLEAR, ReservationCommand.action(memory, 0));
    }

    @Test
    void reportAsksForDwords() {
        MemorySegment memory = Bytes.dirty(64);
        ReservationCommand.encodeReport(memory, 0, 9, 1, true, 4096);
        assertBytes("0e 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("ff030000 01000000", memory.asSlice(40, 8));
        assertEquals(4096, ReservationCommand.reportBytes(memory, 0));
        assertTrue(ReservationCommand.isExtendedReport(memory, 0));
        assertEquals(16L << 30, ReservationCommand.reportBytes(Bytes.image(64, 40, "ffffffff"), 0));
    }

    @Test
    void keysHaveTheirBytesAndComeBack() {
        MemorySegment memory = Bytes.dirty(16);
        ReservationCommand.encodeKeys(memory, 0, 0x1122334455667788L, 2);
        assertBytes("8877665544332211 0200000000000000", memory);
        assertEquals(0x1122334455667788L, ReservationCommand.currentKey(memory, 0));
        assertEquals(2, ReservationCommand.secondKey(memory, 0));
        ReservationCommand.encodeKey(memory, 0, 3);
        assertEquals(3, ReservationCommand.currentKey(memory, 0));
    }

    private static ReservationReport report(UUID host) {
        return new ReservationReport(
                5,
                Optional.of(ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS),
                true,
                List.of(
                        new ReservationReport.Registrant(1, true, host, 0x1122334455667788L),
                        new ReservationReport.Registrant(
                                ReservationReport.NO_CONTROLLER, false, host, 2)));
    }

    @Test
    void standardReportHasItsBytesAndComesBack() {
        ReservationReport report = report(HOST);
        MemorySegment memory = Bytes.dirty(report.byteLength(false));
        report.encodeStandard(memory, 0);
        assertBytes(
                "05000000 05 0200 0000 01 0000000000000000000000000000"
                        + "0100 01 0000000000 8899aabbccddeeff 8877665544332211"
                        + "ffff 00 0000000000 8899aabbccddeeff 0200000000000000",
                memory);
        UUID lowHalf = new UUID(0, HOST.getLeastSignificantBits());
        assertEquals(report(lowHalf), ReservationReport.decodeStandard(memory, 0));
    }

    @Test
    void extendedReportHasItsBytesAndComesBack() {
        ReservationReport report = report(HOST);
        MemorySegment memory = Bytes.dirty(report.byteLength(true));
        assertEquals(64 * 3, memory.byteSize());
        report.encodeExtended(memory, 0);
        assertBytes(
                Bytes.image(
                        192,
                        0,
                        "05000000 05 0200 0000 01",
                        64,
                        "0100 01 0000000000 8877665544332211 00112233445566778899aabbccddeeff",
                        128,
                        "ffff 00 0000000000 0200000000000000 00112233445566778899aabbccddeeff"),
                memory);
        assertEquals(report, ReservationReport.decodeExtended(memory, 0));
    }

    @Test
    void reportWithoutReservationHasTypeZero() {
        ReservationReport none = new ReservationReport(0, Optional.empty(), false, List.of());
        MemorySegment memory = Bytes.dirty(24);
        none.encodeStandard(memory, 0);
        assertBytes(Bytes.empty(24), memory);
        assertEquals(none, ReservationReport.decodeStandard(memory, 0));
    }

    @Test
    void reportThatContradictsItselfIsRefused() {
        assertThrows(
                WireFormatException.class,
                () -> ReservationReport.decodeStandard(Bytes.image(24, 5, "0100"), 0));
        assertThrows(
                WireFormatException.class,
                () -> ReservationReport.decodeExtended(Bytes.image(64, 4, "07"), 0));
        assertThrows(
                WireFormatException.class,
                () -> ReservationReport.decodeExtended(Bytes.empty(63), 0));
    }

    @Test
    void typesKnowWhoMayDoWhat() {
        assertEquals(Optional.empty(), ReservationType.ofCode(0));
        assertEquals(Optional.empty(), ReservationType.ofCode(7));
        for (ReservationType type : ReservationType.values()) {
            assertEquals(Optional.of(type), ReservationType.ofCode(type.code()));
            assertEquals(type.code() >= 5, type.allRegistrantsHold());
            assertEquals(type.code() >= 3, type.admitsRegistrants());
            assertEquals(type.code() % 2 == 1, type.allowsForeignReads());
        }
    }
}
