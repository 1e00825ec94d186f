package io.mayastor.engine.pool.journal;

/**
 * Entries that wait for a block, in the order in which they came. Owner thread: the pool's reactor.
 */
final class EntryQueue {
    private JournalEntry first;
    private JournalEntry last;

    boolean isEmpty() {
        return first == null;
    }

    JournalEntry peek() {
        return first;
    }

    void add(JournalEntry entry) {
        entry.next = null;
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
    }

    JournalEntry poll() {
        JournalEntry entry = first;
        if (entry != null) {
            first = entry.next;
            if (first == null) {
                last = null;
            }
            entry.next = null;
        }
        return entry;
    }
}
