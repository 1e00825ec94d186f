package io.mayastor.engine.pool.format;

/**
 * An entry of a layer's map: what a region is mapped to, in 32 bits.
 *
 * <pre>
 * 0             absent: ask the parent
 * 1             zero: zeros, do not ask the parent
 * 2 … 2^31-1    whole: cluster + 2
 * bit 31 set    detail; bit 30: sliced, else partial; bits 0–29: slot in that space
 * </pre>
 */
public final class MapEntry {
    public static final int ABSENT = 0;
    public static final int ZERO = 1;
    public static final int MAX_SLOT = (1 << 30) - 1;

    private static final int FIRST_WHOLE = 2;
    private static final int DETAIL = 1 << 31;
    private static final int SLICED = 1 << 30;

    private MapEntry() {}

    public static int whole(int cluster) {
        return cluster + FIRST_WHOLE;
    }

    public static int partial(int slot) {
        return DETAIL | slot;
    }

    public static int sliced(int slot) {
        return DETAIL | SLICED | slot;
    }

    public static boolean isAbsent(int entry) {
        return entry == ABSENT;
    }

    public static boolean isZero(int entry) {
        return entry == ZERO;
    }

    public static boolean isWhole(int entry) {
        return entry >= FIRST_WHOLE;
    }

    /** Whether the region has masks: partial or sliced. */
    public static boolean isDetail(int entry) {
        return entry < 0;
    }

    public static boolean isPartial(int entry) {
        return (entry & (DETAIL | SLICED)) == DETAIL;
    }

    public static boolean isSliced(int entry) {
        return (entry & (DETAIL | SLICED)) == (DETAIL | SLICED);
    }

    /** The cluster of a whole entry. */
    public static int cluster(int entry) {
        return entry - FIRST_WHOLE;
    }

    /** The slot of a detail entry. */
    public static int slot(int entry) {
        return entry & MAX_SLOT;
    }

    /** For messages. */
    public static String text(int entry) {
        if (isDetail(entry)) {
            return (isSliced(entry) ? "sliced, slot " : "partial, slot ") + slot(entry);
        }
        return switch (entry) {
            case ABSENT -> "absent";
            case ZERO -> "zero";
            default -> "whole, cluster " + cluster(entry);
        };
    }
}
