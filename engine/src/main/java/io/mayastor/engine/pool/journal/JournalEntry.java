package io.mayastor.engine.pool.journal;

/**
 * What one change puts into the journal: one or more records that lie in one block, hence happen
 * together or not at all. Pooled by its user. Owner thread: the pool's reactor.
 *
 * <p>Its way: {@link Journal#append} → {@link #encode} and a sequence number → {@link #recorded} →
 * memory changed, data written → {@link Journal#complete} → free for the next use. After {@code
 * recorded} with a failure it is free at once.
 */
public abstract class JournalEntry {
    private enum State {
        IDLE,
        QUEUED,
        WRITING,
        RECORDED
    }

    private long sequence;
    private State state = State.IDLE;

    /** Queue of the journal. */
    JournalEntry next;

    /** Those with a number that are not complete, by number. */
    JournalEntry older;

    JournalEntry newer;

    /** Number of its first record; from {@link #recorded} on. */
    public final long sequence() {
        return sequence;
    }

    /** Length of all its records, a multiple of 8; asked when it is appended and when encoded. */
    protected abstract int recordBytes();

    /** Number of its records, at least 1. */
    protected abstract int records();

    /** Writes the records over whatever is there, every byte of {@link #recordBytes()}. */
    protected abstract void encode(long address);

    /**
     * Told once for each append.
     *
     * @param status 0: the records are written on all disks that hold metadata; else the pool is
     *     faulted and nobody may be told that the change has happened
     */
    protected abstract void recorded(int status);

    final void queued() {
        move(State.IDLE, State.QUEUED);
    }

    final void writing(long firstRecord) {
        move(State.QUEUED, State.WRITING);
        sequence = firstRecord;
    }

    final void written() {
        move(State.WRITING, State.RECORDED);
    }

    final void completed() {
        move(State.RECORDED, State.IDLE);
    }

    final void givenUp() {
        state = State.IDLE;
    }

    private void move(State from, State to) {
        if (state != from) {
            throw new IllegalStateException(
                    "journal entry %d is %s, not %s".formatted(sequence, state, from));
        }
        state = to;
    }
}
