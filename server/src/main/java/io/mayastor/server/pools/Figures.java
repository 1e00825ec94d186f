package io.mayastor.server.pools;

import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.volume.ReplicaStatistics;
import io.mayastor.engine.pool.volume.ReplicaStatistics.Kind;

/** Figures as others see them, from the counters of a replica. Any thread. */
final class Figures {
    private Figures() {}

    static IoFigures of(ReplicaStatistics counters) {
        return new IoFigures(
                line(counters, Kind.READ), line(counters, Kind.WRITE), line(counters, Kind.UNMAP));
    }

    private static IoFigures.Line line(ReplicaStatistics counters, Kind kind) {
        return new IoFigures.Line(
                counters.operations(kind),
                counters.bytes(kind),
                counters.sumNanos(kind),
                counters.operations(kind) == 0 ? 0 : counters.leastNanos(kind),
                counters.mostNanos(kind));
    }
}
