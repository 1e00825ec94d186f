package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.JournalRecord;
import java.util.List;

/** Is told what a {@link PoolLoader} reads of the journal: each block that follows, in order. */
@FunctionalInterface
public interface JournalWatcher {
    /**
     * @param position journal position of the block
     * @param firstSequence of the first record, or of the next one when the block has none
     * @param durableSequence up to which the block says that all is durable
     */
    void block(
            long position, long firstSequence, long durableSequence, List<JournalRecord> records);
}
