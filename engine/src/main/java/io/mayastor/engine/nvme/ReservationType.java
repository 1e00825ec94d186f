package io.mayastor.engine.nvme;

import java.util.Optional;

/** Reservation types (Base 2.0 §8.19, NVM Command Set 1.0 §5.7). */
public enum ReservationType {
    /** Only the holder writes. */
    WRITE_EXCLUSIVE(1),
    /** Only the holder reads and writes. */
    EXCLUSIVE_ACCESS(2),
    /** Registrants write, one of them holds. */
    WRITE_EXCLUSIVE_REGISTRANTS_ONLY(3),
    /** Registrants read and write, one of them holds. */
    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(4),
    /** Registrants write, all of them hold. */
    WRITE_EXCLUSIVE_ALL_REGISTRANTS(5),
    /** Registrants read and write, all of them hold. */
    EXCLUSIVE_ACCESS_ALL_REGISTRANTS(6);

    private final int code;

    ReservationType(int code) {
        this.code = code;
    }

    /** Value on the wire. */
    public int code() {
        return code;
    }

    /** The type of a code; none for 0, which stands for no reservation, and for reserved codes. */
    public static Optional<ReservationType> ofCode(int code) {
        return code >= 1 && code <= values().length
                ? Optional.of(values()[code - 1])
                : Optional.empty();
    }

    public boolean allRegistrantsHold() {
        return this == WRITE_EXCLUSIVE_ALL_REGISTRANTS || this == EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
    }

    /** Whether a host that neither holds nor is registered may read. */
    public boolean allowsForeignReads() {
        return switch (this) {
            case WRITE_EXCLUSIVE,
                    WRITE_EXCLUSIVE_REGISTRANTS_ONLY,
                    WRITE_EXCLUSIVE_ALL_REGISTRANTS ->
                    true;
            case EXCLUSIVE_ACCESS,
                    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY,
                    EXCLUSIVE_ACCESS_ALL_REGISTRANTS ->
                    false;
        };
    }

    /** Whether every registrant has the holder's access. */
    public boolean admitsRegistrants() {
        return code >= WRITE_EXCLUSIVE_REGISTRANTS_ONLY.code;
    }
}
