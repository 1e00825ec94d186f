package io.mayastor.engine.pool;

/**
 * What was done with a replica or a pool since it was opened or its figures began anew.
 *
 * @param unmaps deallocate and write zeroes
 */
public record IoFigures(Line reads, Line writes, Line unmaps) {
    public static final IoFigures NONE = new IoFigures(Line.NONE, Line.NONE, Line.NONE);

    /** Both together. */
    public IoFigures plus(IoFigures other) {
        return new IoFigures(
                reads.plus(other.reads), writes.plus(other.writes), unmaps.plus(other.unmaps));
    }

    /**
     * One kind of request; those that failed do not count. Times in nanoseconds, from submission to
     * completion.
     *
     * @param leastNanos 0 when there was none
     */
    public record Line(
            long operations, long bytes, long sumNanos, long leastNanos, long mostNanos) {
        public static final Line NONE = new Line(0, 0, 0, 0, 0);

        public Line plus(Line other) {
            if (operations == 0) {
                return other;
            }
            if (other.operations == 0) {
                return this;
            }
            return new Line(
                    operations + other.operations,
                    bytes + other.bytes,
                    sumNanos + other.sumNanos,
                    Math.min(leastNanos, other.leastNanos),
                    Math.max(mostNanos, other.mostNanos));
        }
    }
}
