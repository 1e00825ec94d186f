package io.mayastor.engine.pool.journal;

import java.util.Arrays;

/**
 * The units that a write may not overwrite in place, because recovery could still compare them with
 * what their record says. Owner thread: the pool's reactor.
 *
 * <p>A unit leaves when a journal block that names its record durable is durable itself (or a root
 * contains it). That takes up to two synchronisations, hence three generations: durable but not yet
 * named so on stable media · being synchronised · running. Nothing is allocated while the tables
 * are large enough; they hold 64 KiB pieces of layers with a mask of their units.
 */
public final class Undurable {
    /** Units in the running generation that ask for a synchronisation. */
    static final int ENOUGH = 16_384;

    private static final int PIECE_SHIFT = 4;
    private static final int UNITS_OF_PIECE = 1 << PIECE_SHIFT;

    private final Runnable whenEnough;
    private Table unnamed = new Table();
    private Table synchronising = new Table();
    private Table running = new Table();

    /** Last record of {@link #synchronising}. */
    private long boundary;

    /**
     * @param whenEnough told each time a generation has got {@link #ENOUGH} units
     */
    Undurable(Runnable whenEnough) {
        this.whenEnough = whenEnough;
    }

    /** A record of these units of a layer is complete. */
    public void add(int layerId, long firstUnit, int count, long sequence) {
        Table table = sequence <= boundary ? synchronising : running;
        boolean before = table.units >= ENOUGH;
        long end = firstUnit + count;
        for (long unit = firstUnit; unit < end; ) {
            long piece = unit >>> PIECE_SHIFT;
            int mask = mask(unit, end, piece);
            table.add(layerId, piece, mask);
            unit = (piece + 1) << PIECE_SHIFT;
        }
        if (!before && table == running && table.units >= ENOUGH) {
            whenEnough.run();
        }
    }

    /** Whether any of these units may not be overwritten in place without more. */
    public boolean contains(int layerId, long firstUnit, int count) {
        return units() > 0 && contains(layerId, firstUnit, count, true);
    }

    /**
     * Whether any of these units has a record that is, or is just becoming, durable. Not even a
     * record of its own helps a write to it: a power cut may keep the data and lose the record, and
     * then recovery would take back what a host has flushed. Whoever wants to write waits for a
     * synchronisation and asks again. The others, for which only {@link #contains} holds, may be
     * written once a record of the new content is complete, if this still does not hold then.
     */
    public boolean mustSettle(int layerId, long firstUnit, int count) {
        return unnamed.units + synchronising.units > 0
                && contains(layerId, firstUnit, count, false);
    }

    private boolean contains(int layerId, long firstUnit, int count, boolean alsoRunning) {
        long end = firstUnit + count;
        for (long unit = firstUnit; unit < end; ) {
            long piece = unit >>> PIECE_SHIFT;
            int mask = mask(unit, end, piece);
            int found = synchronising.mask(layerId, piece) | unnamed.mask(layerId, piece);
            if (alsoRunning) {
                found |= running.mask(layerId, piece);
            }
            if ((found & mask) != 0) {
                return true;
            }
            unit = (piece + 1) << PIECE_SHIFT;
        }
        return false;
    }

    /** Units that wait; one that was written in two generations counts twice. */
    public int units() {
        return running.units + synchronising.units + unnamed.units;
    }

    /** A synchronisation of all records up to this one begins. */
    void synchronising(long upTo) {
        boundary = upTo;
        Table empty = synchronising;
        synchronising = running;
        running = empty;
    }

    /**
     * It has succeeded, and so the block is durable that named the former one's records durable.
     */
    void synchronised() {
        Table named = unnamed;
        unnamed = synchronising;
        synchronising = named;
        named.clear();
    }

    /** A durable root contains all records up to this one: recovery never looks at them again. */
    void inRoot(long upTo, long lastSynchronised) {
        if (upTo >= lastSynchronised) {
            unnamed.clear();
        }
    }

    private static int mask(long unit, long end, long piece) {
        int from = (int) (unit & (UNITS_OF_PIECE - 1));
        int to = (int) Math.min(UNITS_OF_PIECE, end - (piece << PIECE_SHIFT));
        return (1 << to) - (1 << from);
    }

    /** Pieces by open addressing; a mask of 0 is a free place. */
    private static final class Table {
        private static final int FIRST_CAPACITY = 4096;

        private int[] layers = new int[FIRST_CAPACITY];
        private long[] pieces = new long[FIRST_CAPACITY];
        private char[] masks = new char[FIRST_CAPACITY];
        private int used;
        private int units;

        int mask(int layer, long piece) {
            return used == 0 ? 0 : masks[place(layer, piece)];
        }

        void add(int layer, long piece, int mask) {
            int at = place(layer, piece);
            if (masks[at] == 0) {
                layers[at] = layer;
                pieces[at] = piece;
                used++;
            }
            units += Integer.bitCount(mask & ~masks[at]);
            masks[at] |= (char) mask;
            if (used * 2 > masks.length) {
                grow();
            }
        }

        void clear() {
            if (used > 0) {
                Arrays.fill(masks, (char) 0);
                used = 0;
                units = 0;
            }
        }

        private int place(int layer, long piece) {
            long hash = (piece * 31 + layer) * 0x9E3779B97F4A7C15L;
            int limit = masks.length - 1;
            int at = (int) (hash >>> 32) & limit;
            while (masks[at] != 0 && (layers[at] != layer || pieces[at] != piece)) {
                at = (at + 1) & limit;
            }
            return at;
        }

        private void grow() {
            int[] oldLayers = layers;
            long[] oldPieces = pieces;
            char[] oldMasks = masks;
            int capacity = oldMasks.length * 2;
            layers = new int[capacity];
            pieces = new long[capacity];
            masks = new char[capacity];
            for (int i = 0; i < oldMasks.length; i++) {
                if (oldMasks[i] != 0) {
                    int at = place(oldLayers[i], oldPieces[i]);
                    layers[at] = oldLayers[i];
                    pieces[at] = oldPieces[i];
                    masks[at] = oldMasks[i];
                }
            }
        }
    }
}
