package io.mayastor.engine.nvme;

/** Asymmetric namespace access state of a group as one controller sees it (Base 2.0 §8.1.1). */
public enum AnaState {
    OPTIMIZED(0x1, Status.SUCCESS),
    NON_OPTIMIZED(0x2, Status.SUCCESS),
    INACCESSIBLE(0x3, Status.ANA_INACCESSIBLE),
    PERSISTENT_LOSS(0x4, Status.ANA_PERSISTENT_LOSS),
    CHANGE(0xf, Status.ANA_TRANSITION);

    private final int code;
    private final int status;

    AnaState(int code, int status) {
        this.code = code;
        this.status = status;
    }

    /** Value on the wire. */
    public int code() {
        return code;
    }

    /** Status of an I/O command in this state, {@link Status#SUCCESS} where I/O is served. */
    public int status() {
        return status;
    }

    public boolean servesIo() {
        return status == Status.SUCCESS;
    }

    public static AnaState ofCode(int code) {
        return switch (code) {
            case 0x1 -> OPTIMIZED;
            case 0x2 -> NON_OPTIMIZED;
            case 0x3 -> INACCESSIBLE;
            case 0x4 -> PERSISTENT_LOSS;
            case 0xf -> CHANGE;
            default -> throw new WireFormatException("ANA state %d does not exist".formatted(code));
        };
    }
}
