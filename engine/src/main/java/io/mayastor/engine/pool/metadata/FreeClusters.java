package io.mayastor.engine.pool.metadata;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which clusters are free: one bit each; a second bit tells which are given out and wait for the
 * record that names them. A disk's clusters are given out one after the other, going on where the
 * last one was found; among disks the one with the highest share of free space is next.
 */
final class FreeClusters {
    static final int NONE = -1;

    private final List<Disk> disks = new ArrayList<>();
    private long[] taken = new long[0];
    private long[] held = new long[0];
    private long total;
    private long free;
    private long heldCount;

    private static final class Disk {
        final int index;
        final List<int[]> extents = new ArrayList<>(); // first cluster, end
        boolean closed;
        long total;
        long free;
        long kept;
        int extent;
        int next;

        Disk(int index) {
            this.index = index;
        }
    }

    void addExtent(int disk, int firstCluster, int clusters) {
        int end = Math.addExact(firstCluster, clusters);
        int words = (end + 63) >>> 6;
        if (words > taken.length) {
            int from = taken.length;
            taken = Arrays.copyOf(taken, words);
            Arrays.fill(taken, from, words, -1L);
            held = Arrays.copyOf(held, words);
        }
        for (int c = firstCluster; c < end; c++) {
            if (!isTaken(c)) {
                throw new IllegalArgumentException("cluster " + c + " is on two disks");
            }
            taken[c >>> 6] &= ~(1L << c);
        }
        Disk onto = disk(disk);
        onto.extents.add(new int[] {firstCluster, end});
        onto.total += clusters;
        onto.free += clusters;
        total += clusters;
        free += clusters;
    }

    /** Nothing is given out on this disk any more; what is free there does not count. */
    void closeDisk(int disk) {
        Disk lost = disk(disk);
        if (!lost.closed) {
            lost.closed = true;
            total -= lost.free;
            free -= lost.free;
        }
    }

    /** So many clusters of this disk are given out only when they are kept for that. */
    void keep(int disk, long clusters) {
        disk(disk).kept = clusters;
    }

    /** A free cluster, now held, or {@link #NONE}. */
    int allocate(boolean alsoKept) {
        Disk best = null;
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            long mine = spare(disk, alsoKept);
            if (mine > 0
                    && (best == null || mine * best.total > spare(best, alsoKept) * disk.total)) {
                best = disk;
            }
        }
        return best == null ? NONE : take(best);
    }

    /** A free cluster of this disk, kept or not, now held, or {@link #NONE}. */
    int allocateOn(int disk) {
        Disk from = disk(disk);
        return spare(from, true) > 0 ? take(from) : NONE;
    }

    private static long spare(Disk disk, boolean alsoKept) {
        return disk.closed ? 0 : alsoKept ? disk.free : disk.free - disk.kept;
    }

    /** Takes a certain cluster; false when it is not free or does not exist. */
    boolean claim(int cluster) {
        if (!exists(cluster) || isTaken(cluster)) {
            return false;
        }
        take(holder(cluster), cluster);
        return true;
    }

    void release(int cluster) {
        if (!exists(cluster) || !isTaken(cluster)) {
            throw new IllegalStateException("cluster " + cluster + " is free already");
        }
        settle(cluster);
        taken[cluster >>> 6] &= ~(1L << cluster);
        Disk disk = holder(cluster);
        disk.free++;
        if (disk.closed) {
            total--;
        } else {
            free++;
        }
    }

    /** The cluster found its use; false when it was not held. */
    boolean settle(int cluster) {
        if (!exists(cluster) || (held[cluster >>> 6] & 1L << cluster) == 0) {
            return false;
        }
        held[cluster >>> 6] &= ~(1L << cluster);
        heldCount--;
        return true;
    }

    boolean isTaken(int cluster) {
        return (taken[cluster >>> 6] & 1L << cluster) != 0;
    }

    boolean exists(int cluster) {
        return cluster >= 0 && cluster >>> 6 < taken.length && holder(cluster) != null;
    }

    long total() {
        return total;
    }

    long free() {
        return free;
    }

    /** Clusters that are given out and have not found their use. */
    long held() {
        return heldCount;
    }

    long freeOn(int disk) {
        return spare(disk(disk), true);
    }

    long totalOn(int disk) {
        return disk(disk).total;
    }

    long memoryBytes() {
        return 16L * taken.length;
    }

    private Disk disk(int index) {
        for (int i = 0; i < disks.size(); i++) {
            if (disks.get(i).index == index) {
                return disks.get(i);
            }
        }
        Disk disk = new Disk(index);
        disks.add(disk);
        return disk;
    }

    private Disk holder(int cluster) {
        for (int i = 0; i < disks.size(); i++) {
            List<int[]> extents = disks.get(i).extents;
            for (int j = 0; j < extents.size(); j++) {
                int[] extent = extents.get(j);
                if (cluster >= extent[0] && cluster < extent[1]) {
                    return disks.get(i);
                }
            }
        }
        return null;
    }

    private int take(Disk disk) {
        int extents = disk.extents.size();
        for (int i = 0; i <= extents; i++) { // the current extent comes twice: its end, its start
            int index = (disk.extent + i) % extents;
            int[] extent = disk.extents.get(index);
            int from = i == 0 ? Math.max(disk.next, extent[0]) : extent[0];
            int cluster = firstFree(from, extent[1]);
            if (cluster != NONE) {
                disk.extent = index;
                disk.next = cluster + 1;
                take(disk, cluster);
                held[cluster >>> 6] |= 1L << cluster;
                heldCount++;
                return cluster;
            }
        }
        throw new IllegalStateException("disk " + disk.index + ": " + disk.free + " free, no bit");
    }

    private void take(Disk disk, int cluster) {
        taken[cluster >>> 6] |= 1L << cluster;
        disk.free--;
        if (disk.closed) {
            total++;
        } else {
            free--;
        }
    }

    private int firstFree(int from, int end) {
        if (from >= end) {
            return NONE;
        }
        int word = from >>> 6;
        long bits = ~taken[word] & -1L << from;
        while (bits == 0) {
            if (++word << 6 >= end || word == taken.length) {
                return NONE;
            }
            bits = ~taken[word];
        }
        int cluster = (word << 6) + Long.numberOfTrailingZeros(bits);
        return cluster < end ? cluster : NONE;
    }
}
