package io.mayastor.engine.pool.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A replica, clone or snapshot as its host knows it: which contents each block may have at each
 * moment.
 */
final class ModelVolume {
    /** A size that was asked for and, perhaps, given. */
    static final class Size {
        final int blocks;
        final long asked;
        long acknowledged = Change.NEVER;
        long ended = Change.NEVER;

        Size(int blocks, long asked) {
            this.blocks = blocks;
            this.asked = asked;
        }
    }

    final UUID uuid;
    final String name;

    /** Of a snapshot, what it was taken of; else null. */
    final ModelVolume source;

    final long bornAsked;
    long bornAcknowledged = Change.NEVER;
    long goneAsked = Change.NEVER;
    long goneAcknowledged = Change.NEVER;

    final List<Size> sizes = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    final List<Change> notDurable = new ArrayList<>();

    /** Content when it was made; of a snapshot null until all of it was read. */
    long[] initial;

    private final Change[][] byBlock;
    private final int[] countByBlock;

    ModelVolume(UUID uuid, String name, ModelVolume source, long[] initial, int most, long asked) {
        this.uuid = uuid;
        this.name = name;
        this.source = source;
        this.initial = initial;
        this.bornAsked = asked;
        this.byBlock = new Change[most][];
        this.countByBlock = new int[most];
    }

    boolean isSnapshot() {
        return source != null;
    }

    int mostBlocks() {
        return byBlock.length;
    }

    void add(Change change) {
        changes.add(change);
        for (int block = change.first; block < change.first + change.count; block++) {
            Change[] list = byBlock[block];
            if (list == null) {
                list = new Change[4];
            } else if (countByBlock[block] == list.length) {
                list = Arrays.copyOf(list, 2 * list.length);
            }
            list[countByBlock[block]++] = change;
            byBlock[block] = list;
        }
    }

    /** Whether it was, or was to be, too small for a block below this one. */
    boolean wasSmaller(int endBlock) {
        return sizes.stream().anyMatch(size -> size.blocks < endBlock);
    }

    int sizeBlocks() {
        int blocks = 0;
        for (Size size : sizes) {
            blocks = size.acknowledged != Change.NEVER ? size.blocks : blocks;
        }
        return blocks;
    }

    /** Whether a pool that was opened after a crash at this moment may give it this size. */
    boolean allowsSize(int blocks, long moment) {
        for (Size size : sizes) {
            if (size.blocks == blocks && size.asked <= moment) {
                boolean replaced = false;
                for (Size later : sizes) {
                    replaced |= later.asked > size.ended && later.acknowledged <= moment;
                }
                if (!replaced) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether it may be what is found in a block after a crash at this moment. */
    boolean allows(int block, long tag, Crash crash, long moment) {
        if (isSnapshot()) {
            return initial != null
                    ? initial[block] == tag
                    : source.mayBeFrozen(block, tag, bornAsked, Math.min(bornAcknowledged, moment));
        }
        return allows(block, tag, crash, moment, moment);
    }

    /** Whether it was ever asked to be the block's content: no other volume's, no other block's. */
    boolean knows(int block, long tag) {
        if (isSnapshot()) {
            return initial != null ? initial[block] == tag : source.knows(block, tag);
        }
        boolean known = tag == initial[block] || tag == Change.ZEROS;
        for (int i = 0; i < countByBlock[block]; i++) {
            known |= byBlock[block][i].tag(block) == tag;
        }
        return known;
    }

    /** Whether a read that was asked and answered at these moments may give it. */
    boolean allowsRead(int block, long tag, long asked, long answered) {
        return isSnapshot()
                ? allows(block, tag, Crash.PROCESS, answered)
                : allows(block, tag, Crash.PROCESS, asked, answered);
    }

    private boolean mayBeFrozen(int block, long tag, long asked, long answered) {
        return allows(block, tag, Crash.PROCESS, asked, answered);
    }

    /**
     * @param settledBy what was settled by then hides what was over before it was asked
     * @param askedBy what was asked later can not be found
     */
    private boolean allows(int block, long tag, Crash crash, long settledBy, long askedBy) {
        int count = countByBlock[block];
        Change[] list = byBlock[block];
        long latest = -1;
        for (int i = 0; i < count; i++) {
            if (list[i].settled(crash) <= settledBy) {
                latest = Math.max(latest, list[i].asked);
            }
        }
        if (tag == initial[block] && latest < 0) {
            return true;
        }
        for (int i = count - 1; i >= 0; i--) {
            Change change = list[i];
            if (change.asked <= askedBy && change.ended >= latest && change.tag(block) == tag) {
                return true;
            }
        }
        return false;
    }

    /** What is known of a block, for messages. */
    String story(int block) {
        StringBuilder story = new StringBuilder();
        story.append(initial == null ? "not read yet" : "first 0x%x".formatted(initial[block]));
        for (int i = Math.max(0, countByBlock[block] - 12); i < countByBlock[block]; i++) {
            story.append("\n  ").append(byBlock[block][i]);
        }
        if (isSnapshot()) {
            story.append("\n  snapshot asked %d, of: ".formatted(bornAsked))
                    .append(source.story(block));
        }
        return story.toString();
    }
}
