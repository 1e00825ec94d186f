package io.mayastor.engine.nvme;

/**
 * Values of features that fit a dword: CDW11 of Set Features, DW0 of Get Features (Base 2.0
 * §5.27.1, NVM Command Set 1.0 §4.1.3).
 *
 * <pre>
 * feature                        bits
 * Arbitration                    2:0 AB burst 2^n (7 no limit) · 15:8 LPW · 23:16 MPW · 31:24 HPW, weights 0's based
 * Power Management               4:0 PS power state · 7:5 WH workload hint
 * Temperature Threshold          15:0 TMPTH kelvin · 19:16 TMPSEL sensor, 0 composite, Fh all · 21:20 THSEL 0 over, 1 under
 * Error Recovery                 15:0 TLER units of 100 ms · 16 DULBE
 * Volatile Write Cache           0 WCE
 * Number of Queues               15:0 submission queues, 31:16 completion queues, 0's based, FFFFh illegal
 * Write Atomicity Normal         0 DN: only the power fail unit is asked for
 * Asynchronous Event Config.     7:0 critical warnings · others {@link AsyncEventNotice}
 * Keep Alive Timer               31:0 KATO milliseconds
 * Host Identifier                0 EXHID 128 bits
 * Reservation Notification Mask  1 registration preempted · 2 released · 3 reservation preempted
 * Reservation Persistence        0 PTPL
 * </pre>
 */
public final class FeatureValue {
    /** DULBE of Error Recovery: reads of deallocated blocks fail. */
    public static final int DEALLOCATED_ERROR = 1 << 16;

    /** WCE of Volatile Write Cache. */
    public static final int WRITE_CACHE_ENABLED = 1;

    /** DN of Write Atomicity Normal. */
    public static final int ATOMICITY_POWER_FAIL_ONLY = 1;

    /** EXHID of Host Identifier. */
    public static final int HOST_ID_128 = 1;

    // Reservation Notification Mask: the event is not reported
    public static final int MASK_REGISTRATION_PREEMPTED = 1 << 1;
    public static final int MASK_RESERVATION_RELEASED = 1 << 2;
    public static final int MASK_RESERVATION_PREEMPTED = 1 << 3;

    /** PTPL of Reservation Persistence: reservations outlive a power loss. */
    public static final int PERSIST_THROUGH_POWER_LOSS = 1;

    /** TMPSEL of Temperature Threshold: every sensor. */
    public static final int ALL_SENSORS = 0xf;

    private static final int ILLEGAL_QUEUES = 0xffff;

    private FeatureValue() {}

    /** Value of Arbitration; weights 1 to 256. */
    public static int arbitration(int burstShift, int lowWeight, int mediumWeight, int highWeight) {
        return (burstShift & 7)
                | (lowWeight - 1 & 0xff) << 8
                | (mediumWeight - 1 & 0xff) << 16
                | (highWeight - 1 & 0xff) << 24;
    }

    public static int arbitrationBurstShift(int value) {
        return value & 7;
    }

    public static int powerState(int value) {
        return value & 0x1f;
    }

    public static int temperatureKelvin(int value) {
        return value & 0xffff;
    }

    public static int temperatureSensor(int value) {
        return value >>> 16 & 0xf;
    }

    /** THSEL: 0 over temperature, 1 under temperature, others reserved. */
    public static int temperatureKind(int value) {
        return value >>> 20 & 3;
    }

    /** Time limit for error recovery, units of 100 ms, 0 none. */
    public static int errorRecoveryLimit(int value) {
        return value & 0xffff;
    }

    /** Value of Number of Queues for counts of I/O queues, 1 to 65 535. */
    public static int queues(int submissionQueues, int completionQueues) {
        return (submissionQueues - 1 & 0xffff) | (completionQueues - 1) << 16;
    }

    public static int submissionQueues(int value) {
        return (value & 0xffff) + 1;
    }

    public static int completionQueues(int value) {
        return (value >>> 16) + 1;
    }

    /**
     * Whether Set Features may carry this number of queues; 65 536 of a kind may not be asked for.
     */
    public static boolean isLegalQueues(int value) {
        return (value & 0xffff) != ILLEGAL_QUEUES && value >>> 16 != ILLEGAL_QUEUES;
    }
}
