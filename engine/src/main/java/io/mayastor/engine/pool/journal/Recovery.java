package io.mayastor.engine.pool.journal;

import java.util.List;

/**
 * What opening a pool found and did.
 *
 * @param closedInOrder whether it was closed, and no journal had to be read
 * @param formerOwner node that the labels named; empty: none
 * @param records of the journal, applied
 * @param unitsVerified units whose data was read because nothing said that it is durable
 * @param unitsRolledBack of them, those whose data was not there
 * @param notes what was not as it should be and did no harm
 */
public record Recovery(
        boolean closedInOrder,
        String formerOwner,
        long records,
        long unitsVerified,
        long unitsRolledBack,
        List<String> notes) {
    /** Of a new pool. */
    static final Recovery NONE = new Recovery(true, "", 0, 0, 0, List.of());

    public Recovery {
        notes = List.copyOf(notes);
    }
}
