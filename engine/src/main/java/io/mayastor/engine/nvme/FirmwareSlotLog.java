package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Log page Firmware Slot Information, 512 bytes (Base 2.0 §5.16.1.4).
 *
 * <pre>
 * field  offset  size   unit
 * AFI    0       1      bits 2:0 active slot, bits 6:4 slot after the next reset, 0 = same
 * -      1       7      reserved
 * FRS    8       7 × 8  ASCII revision of slots 1 to 7, zeros = empty
 * -      64      448    reserved
 * </pre>
 *
 * @param revisions of slots 1…7; an empty string is an empty slot
 */
public record FirmwareSlotLog(int activeSlot, int nextSlot, List<String> revisions) {
    public static final int LENGTH = 512;
    public static final int SLOTS = 7;

    private static final int FRS = 8;
    private static final int REVISION_LENGTH = 8;

    public FirmwareSlotLog {
        if (revisions.size() > SLOTS) {
            throw new IllegalArgumentException("%d firmware slots".formatted(revisions.size()));
        }
        revisions = List.copyOf(revisions);
    }

    public static FirmwareSlotLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "firmware slot log page");
        int slots = LittleEndian.u8(memory, base);
        List<String> revisions = new ArrayList<>(SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            revisions.add(
                    LittleEndian.ascii(
                            memory, base + FRS + (long) i * REVISION_LENGTH, REVISION_LENGTH));
        }
        return new FirmwareSlotLog(slots & 7, slots >>> 4 & 7, revisions);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, (activeSlot & 7) | (nextSlot & 7) << 4);
        for (int i = 0; i < revisions.size(); i++) {
            if (!revisions.get(i).isEmpty()) {
                long at = base + FRS + (long) i * REVISION_LENGTH;
                LittleEndian.putAscii(memory, at, REVISION_LENGTH, revisions.get(i));
            }
        }
    }
}
