package io.mayastor.cli.perf;

/**
 * The part of the device that one worker uses, cut into units of one request: where the next
 * request goes, and in verify mode what each unit holds and whether a request is on its way to it.
 * Owner thread: the worker's reactor.
 */
final class UnitMap {
    /** Verify mode remembers a number per unit, so it uses no more of the device than this. */
    static final int MAX_VERIFIED_UNITS = 1 << 20;

    private final long firstUnit;
    private final long units;
    private final boolean random;

    /** Generation that a unit holds; 0: never written. Null without verify mode. */
    private final int[] generations;

    private final boolean[] busy;
    private long sequential;
    private long randomState;

    UnitMap(long firstUnit, long units, Workload workload, long seed) {
        this.firstUnit = firstUnit;
        this.units = workload.verify() ? Math.min(units, MAX_VERIFIED_UNITS) : units;
        this.random = workload.random();
        this.generations = workload.verify() ? new int[(int) this.units] : null;
        this.busy = workload.verify() ? new boolean[(int) this.units] : null;
        this.randomState = seed | 1;
    }

    long units() {
        return units;
    }

    long firstUnit() {
        return firstUnit;
    }

    /** The unit that comes next; in verify mode one that no request is on its way to. */
    long next() {
        long unit = random ? Long.remainderUnsigned(nextRandom(), units) : nextSequential();
        if (busy != null) {
            while (busy[(int) unit]) {
                unit = unit + 1 == units ? 0 : unit + 1;
            }
        }
        return unit;
    }

    /** A number for decisions, xorshift64*. */
    long nextRandom() {
        randomState ^= randomState >>> 12;
        randomState ^= randomState << 25;
        randomState ^= randomState >>> 27;
        return randomState * 0x2545_f491_4f6c_dd1dL >>> 1;
    }

    int generation(long unit) {
        return generations[(int) unit];
    }

    void setGeneration(long unit, int generation) {
        generations[(int) unit] = generation;
    }

    void setBusy(long unit, boolean now) {
        if (busy != null) {
            busy[(int) unit] = now;
        }
    }

    private long nextSequential() {
        long unit = sequential;
        sequential = unit + 1 == units ? 0 : unit + 1;
        return unit;
    }
}
