package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Status;

/** What an ANA state means for a command (Base 2.0 §8.1.3). */
final class AnaAccess {
    private AnaAccess() {}

    /** Status that ends an I/O command at once, or success. */
    static int status(AnaState state) {
        return switch (state) {
            case OPTIMIZED, NON_OPTIMIZED -> Status.SUCCESS;
            case INACCESSIBLE -> Status.ANA_INACCESSIBLE;
            case PERSISTENT_LOSS -> Status.ANA_PERSISTENT_LOSS;
            case CHANGE -> Status.ANA_TRANSITION;
        };
    }
}
