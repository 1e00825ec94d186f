package io.mayastor.engine.pool.metadata;

import java.util.List;

/** A part of loading: says what to read, is called again when that is read. */
interface LoadPhase {
    /**
     * Takes in what was read since the last call.
     *
     * @return what to read next; empty: the phase is over
     */
    List<DiskRead> next();
}
