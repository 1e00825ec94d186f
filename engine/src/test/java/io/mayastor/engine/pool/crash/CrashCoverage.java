package io.mayastor.engine.pool.crash;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What was cut, and where. Any thread. */
final class CrashCoverage {
    /** What became of a write that nobody had been promised. */
    enum Fate {
        ABSENT,
        TORN,
        WHOLE
    }

    final AtomicLong points = new AtomicLong();
    final AtomicLong unitsVerified = new AtomicLong();
    final AtomicLong unitsRolledBack = new AtomicLong();
    final AtomicLong recordsReplayed = new AtomicLong();
    final AtomicLong pendingSnapshots = new AtomicLong();
    final AtomicLong deletedLayers = new AtomicLong();
    final AtomicLong unfinishedCheckpoints = new AtomicLong();
    final AtomicLong reopened = new AtomicLong();
    private final AtomicLongArray cuts =
            new AtomicLongArray(Crash.values().length * Fate.values().length * Contents.KINDS);

    void cut(Crash crash, Fate fate, int contents) {
        for (int kind = 0; kind < Contents.KINDS; kind++) {
            if ((contents & 1 << kind) != 0) {
                cuts.incrementAndGet(index(crash, fate, kind));
            }
        }
    }

    long cuts(Crash crash, Fate fate, int content) {
        return cuts.get(index(crash, fate, Integer.numberOfTrailingZeros(content)));
    }

    private static int index(Crash crash, Fate fate, int kind) {
        return (crash.ordinal() * Fate.values().length + fate.ordinal()) * Contents.KINDS + kind;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%d points, %d reopened in full; %d records replayed, %d units verified, %d rolled back; %d pending snapshots, %d deleted layers, %d unfinished checkpoints%n"
                        .formatted(
                                points.get(),
                                reopened.get(),
                                recordsReplayed.get(),
                                unitsVerified.get(),
                                unitsRolledBack.get(),
                                pendingSnapshots.get(),
                                deletedLayers.get(),
                                unfinishedCheckpoints.get()));
        for (int kind = 0; kind < Contents.KINDS; kind++) {
            if (Contents.name(kind).isEmpty()) {
                continue;
            }
            text.append("%-13s".formatted(Contents.name(kind)));
            for (Crash crash : Crash.values()) {
                for (Fate fate : Fate.values()) {
                    text.append(
                            " %s %s %d".formatted(crash, fate, cuts.get(index(crash, fate, kind))));
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
