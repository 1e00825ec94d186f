package io.mayastor.engine.sim;

import java.util.BitSet;

/** Whole sectors that readers see and that a power cut may still lose. */
final class UnflushedWrite {
    private static final int MAX_UNITS = 4096;

    final long sequence;
    final long firstSector;
    final long sectors;
    final long endBytes;
    private final byte[] data;
    private final int unitSectors;
    private final BitSet superseded = new BitSet();

    /** A flush that covered it has failed: no later flush makes it durable. */
    boolean dropped;

    /**
     * @param atomicSectors what a power cut never tears: the disk's block
     * @param data the sectors' content, null for zeros
     * @param endBytes where the write itself ended, which counts for the size of a file
     */
    UnflushedWrite(
            long sequence,
            int atomicSectors,
            long firstSector,
            long sectors,
            byte[] data,
            long endBytes) {
        this.sequence = sequence;
        this.firstSector = firstSector;
        this.sectors = sectors;
        this.data = data;
        this.endBytes = endBytes;
        this.unitSectors = atomicSectors * (int) Math.max(1, sectors / atomicSectors / MAX_UNITS);
    }

    /**
     * Marks what a later write to the same place has made durable: the older content cannot come
     * back. Returns whether nothing is left of this one.
     */
    boolean supersede(long fromSector, long count) {
        long from = Math.max(fromSector, firstSector) - firstSector;
        long to = Math.min(fromSector + count, firstSector + sectors) - firstSector;
        if (from >= to) {
            return false;
        }
        superseded.set((int) from, (int) to);
        return superseded.cardinality() == sectors;
    }

    /** Stores the sectors that survive; returns whether any did. */
    boolean applyTo(SparseBytes bytes, int index, Survival survival) {
        boolean any = false;
        long skew = firstSector % unitSectors;
        for (int sector = 0; sector < sectors; sector++) {
            if (superseded.get(sector)
                    || !survival.survives(index, (int) ((skew + sector) / unitSectors))) {
                continue;
            }
            any = true;
            long offset = (firstSector + sector) * SimulatedDisk.SECTOR;
            if (data == null) {
                bytes.zero(offset, SimulatedDisk.SECTOR);
            } else {
                bytes.write(offset, data, sector * SimulatedDisk.SECTOR, SimulatedDisk.SECTOR);
            }
        }
        return any;
    }

    /** Stores all of it, as fast as can be when nothing of it is superseded. */
    void applyTo(SparseBytes bytes) {
        if (!superseded.isEmpty()) {
            applyTo(bytes, 0, Survival.ALL);
        } else if (data == null) {
            bytes.zero(firstSector * SimulatedDisk.SECTOR, sectors * SimulatedDisk.SECTOR);
        } else {
            bytes.write(firstSector * SimulatedDisk.SECTOR, data, 0, data.length);
        }
    }
}
