package io.mayastor.engine.device;

/** A rule at work. Owner thread: that of the device it concerns; the count may be read from any. */
final class ActiveFault {
    private static final long NEVER = Long.MIN_VALUE;

    final FaultRule rule;
    private long firstMatchNanos = NEVER;
    private volatile long hits;

    ActiveFault(FaultRule rule) {
        this.rule = rule;
    }

    /** Whether the rule strikes this request; counts it then. */
    boolean strikes(String deviceName, BlockIo io, FaultRule.Stage stage, long nowNanos) {
        long struck = hits;
        if (struck >= rule.count() || !rule.concerns(deviceName, io, stage)) {
            return false;
        }
        if (firstMatchNanos == NEVER) {
            firstMatchNanos = nowNanos;
        }
        long since = nowNanos - firstMatchNanos;
        if (since < rule.beginNanos() || since >= rule.endNanos()) {
            return false;
        }
        hits = struck + 1;
        return true;
    }

    /** Any thread. */
    boolean mayStrike() {
        return hits < rule.count();
    }
}
