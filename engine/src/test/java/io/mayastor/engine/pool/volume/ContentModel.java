package io.mayastor.engine.pool.volume;

import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What every block of a volume may hold, whatever overlaps: after a change has ended, its content
 * or that of a change that was under way together with it; before that, also what was there.
 */
final class ContentModel {
    /** A change of blocks; its number is in each block that it writes. */
    static final class Change {
        final long number;
        final boolean zeros;
        final long start;
        final int blocks;
        final long began;
        long ended = Long.MAX_VALUE;

        private Change(long number, boolean zeros, long start, int blocks, long began) {
            this.number = number;
            this.zeros = zeros;
            this.start = start;
            this.blocks = blocks;
            this.began = began;
        }

        private long tag() {
            return zeros ? 0 : number;
        }
    }

    /** A read under way, and what it may find in each block. */
    static final class Reading {
        private final long start;
        private final List<Set<Long>> legal;
        boolean disturbed;

        private Reading(long start, List<Set<Long>> legal) {
            this.start = start;
            this.legal = legal;
        }

        private void mayFind(Change change) {
            long from = Math.max(start, change.start);
            long to = Math.min(start + legal.size(), change.start + change.blocks);
            for (long block = from; block < to; block++) {
                legal.get((int) (block - start)).add(change.tag());
                disturbed = true;
            }
        }
    }

    private final List<Reading> readings = new ArrayList<>();
    private final int blockSize;
    private List<Change>[] possible;
    private long clock;

    ContentModel(int blockSize, int blocks) {
        this.blockSize = blockSize;
        this.possible = empty(0);
        resize(blocks);
    }

    @SuppressWarnings("unchecked")
    private static List<Change>[] empty(int blocks) {
        return new List[blocks];
    }

    int blocks() {
        return possible.length;
    }

    /** Nothing may be under way; blocks that come read zeros. */
    void resize(int blocks) {
        int before = possible.length;
        possible = Arrays.copyOf(possible, blocks);
        for (int block = before; block < blocks; block++) {
            Change never = new Change(0, true, block, 1, -1);
            never.ended = -1;
            possible[block] = new ArrayList<>(List.of(never));
        }
    }

    Change begin(boolean zeros, long start, int blocks) {
        clock++;
        Change change = new Change(clock, zeros, start, blocks, clock);
        for (int i = 0; i < blocks; i++) {
            possible[(int) start + i].add(change);
        }
        readings.forEach(reading -> reading.mayFind(change));
        return change;
    }

    void succeeded(Change change) {
        change.ended = ++clock;
        for (int i = 0; i < change.blocks; i++) {
            possible[(int) change.start + i].removeIf(other -> other.ended < change.began);
        }
    }

    /** It may have happened, in part or not at all. */
    void failed(Change change) {
        change.ended = ++clock;
    }

    /** A read of these blocks begins; {@link #check} ends it. */
    Reading read(long start, int blocks) {
        Reading reading = new Reading(start, legal(start, blocks));
        readings.add(reading);
        return reading;
    }

    void end(Reading reading) {
        readings.remove(reading);
    }

    private List<Set<Long>> legal(long start, int blocks) {
        List<Set<Long>> legal = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            Set<Long> tags = new HashSet<>();
            for (Change change : possible[(int) start + i]) {
                tags.add(change.tag());
            }
            legal.add(tags);
        }
        return legal;
    }

    /** Fills memory with the only content that these blocks may hold; false when there are more. */
    boolean fillIfCertain(long address, long start, int blocks) {
        for (int i = 0; i < blocks; i++) {
            List<Change> changes = possible[(int) start + i];
            if (changes.size() != 1 || changes.get(0).ended == Long.MAX_VALUE) {
                return false;
            }
            Change only = changes.get(0);
            fillBlock(address + (long) i * blockSize, only.tag(), start + i);
        }
        return true;
    }

    void fill(long address, Change change) {
        for (int i = 0; i < change.blocks; i++) {
            fillBlock(address + (long) i * blockSize, change.number, change.start + i);
        }
    }

    private void fillBlock(long address, long tag, long block) {
        for (int at = 0; at < blockSize; at += Long.BYTES) {
            Memory.putLong(address + at, word(tag, block, at));
        }
    }

    private static long word(long tag, long block, int at) {
        return at == 0 || tag == 0 ? tag : (tag * 1_000_003 + block) * 0x9E3779B97F4A7C15L + at;
    }

    /** Throws when a block holds what no read that began then and ends now may find. */
    void check(long address, Reading reading) {
        end(reading);
        for (int i = 0; i < reading.legal.size(); i++) {
            long block = address + (long) i * blockSize;
            long number = reading.start + i;
            long tag = Memory.getLong(block);
            if (!reading.legal.get(i).contains(tag)) {
                throw new AssertionError(
                        "block %d holds content %d, may hold %s"
                                .formatted(number, tag, reading.legal.get(i)));
            }
            for (int at = 0; at < blockSize; at += Long.BYTES) {
                if (Memory.getLong(block + at) != word(tag, number, at)) {
                    throw new AssertionError(
                            "block %d holds content %d, torn at byte %d"
                                    .formatted(number, tag, at));
                }
            }
        }
    }
}
