package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Root;
import java.util.List;

/**
 * A pool as its disks have it, recovered in memory. The owner closes {@link #metadata}.
 *
 * @param label the newest one; rules for the pool, not for the extents of other disks
 * @param disks by disk index
 * @param root the checkpoint that was loaded; the next one has number + 1, epoch + 1 and goes to
 *     the other slot
 * @param notes what is not as it should be and did no harm, such as a copy that was bad
 */
public record LoadedPool(
        Label label,
        List<MemberDisk> disks,
        Root root,
        Metadata metadata,
        JournalEnd journal,
        Figures figures,
        List<String> notes) {

    /**
     * A disk of the pool.
     *
     * @param input which of the given disks it is
     * @param label its own, newest one
     */
    public record MemberDisk(int input, Label label) {}

    /**
     * Where the journal goes on.
     *
     * @param lastSequence of the last record
     * @param lastCrc CRC of the last block
     * @param chunk index of the journal chunk
     * @param offset in that chunk, at most its length
     * @param position journal position of that place
     * @param durableSequence the highest that a block or the root names
     */
    public record JournalEnd(
            long lastSequence,
            int lastCrc,
            int chunk,
            int offset,
            long position,
            long durableSequence) {}

    /**
     * What loading did.
     *
     * @param pages read
     * @param records of the journal, applied
     * @param unitsVerified units whose data was read because nothing said that it is durable
     * @param unitsRolledBack of them, those that are as before because their data was not there
     */
    public record Figures(int pages, long records, long unitsVerified, long unitsRolledBack) {}
}
