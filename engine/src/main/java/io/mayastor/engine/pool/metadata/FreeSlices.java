package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Place;
import java.util.Arrays;

/**
 * Which slices are free in the clusters that are given out slice by slice: one bit each; a second
 * bit tells which are given out and wait for the record that names them. Such a cluster comes when
 * a slice is wanted and none is free, and goes when its last slice is released.
 */
final class FreeSlices {
    private final int slicesPerCluster;
    private final int words;
    private final IntMap indexOf = new IntMap();
    private final RoomList withRoom = new RoomList();
    private final IntStack unused = new IntStack();
    private int[] clusters = new int[0];
    private int[] takenIn = new int[0];
    private long[] taken = new long[0];
    private long[] held = new long[0];
    private int count;
    private long takenSlices;
    private long heldSlices;

    FreeSlices(int slicesPerCluster) {
        this.slicesPerCluster = slicesPerCluster;
        words = (slicesPerCluster + 63) >>> 6;
    }

    boolean hasRoom() {
        return !withRoom.isEmpty();
    }

    /** The cluster, which nobody else has, is given out slice by slice from now on. */
    void addCluster(int cluster) {
        if (unused.isEmpty()) {
            grow();
        }
        int index = unused.pop();
        clusters[index] = cluster;
        takenIn[index] = 0;
        Arrays.fill(taken, index * words, (index + 1) * words, 0);
        indexOf.put(cluster, index);
        withRoom.addLast(index);
        count++;
    }

    /** A free slice, now held; there must be room. */
    long allocate() {
        int index = withRoom.first();
        int word = index * words;
        while (taken[word] == -1L) {
            word++;
        }
        int slice = (word - index * words << 6) + Long.numberOfTrailingZeros(~taken[word]);
        take(index, slice);
        held[word] |= 1L << slice;
        heldSlices++;
        return Place.of(clusters[index], slice);
    }

    boolean hasCluster(int cluster) {
        return indexOf.get(cluster) != IntMap.NONE;
    }

    boolean isTaken(long place) {
        int index = indexOf.get(Place.cluster(place));
        int slice = Place.slice(place);
        return index != IntMap.NONE
                && slice < slicesPerCluster
                && (taken[index * words + (slice >>> 6)] & 1L << slice) != 0;
    }

    /** Takes a certain slice of a cluster that is here; false when it is not free. */
    boolean claim(long place) {
        if (Place.slice(place) >= slicesPerCluster || isTaken(place)) {
            return false;
        }
        take(indexOf.get(Place.cluster(place)), Place.slice(place));
        return true;
    }

    /** The slice found its use; false when it was not held. */
    boolean settle(long place) {
        if (!isTaken(place)) {
            return false;
        }
        int word = indexOf.get(Place.cluster(place)) * words + (Place.slice(place) >>> 6);
        long bit = 1L << Place.slice(place);
        if ((held[word] & bit) == 0) {
            return false;
        }
        held[word] &= ~bit;
        heldSlices--;
        return true;
    }

    /** Returns whether that was the last slice of its cluster, which is then not here any more. */
    boolean release(long place) {
        if (!isTaken(place)) {
            throw new IllegalStateException(Place.text(place) + " is free already");
        }
        settle(place);
        int index = indexOf.get(Place.cluster(place));
        int slice = Place.slice(place);
        taken[index * words + (slice >>> 6)] &= ~(1L << slice);
        takenSlices--;
        if (--takenIn[index] == 0) {
            withRoom.remove(index);
            indexOf.remove(clusters[index]);
            unused.push(index);
            count--;
            return true;
        }
        withRoom.addLast(index);
        return false;
    }

    /** Clusters that are given out slice by slice. */
    int clusters() {
        return count;
    }

    long takenSlices() {
        return takenSlices;
    }

    /** Slices that are given out and have not found their use. */
    long heldSlices() {
        return heldSlices;
    }

    long memoryBytes() {
        return 8L * clusters.length
                + 16L * taken.length
                + indexOf.memoryBytes()
                + withRoom.memoryBytes()
                + unused.memoryBytes();
    }

    private void take(int index, int slice) {
        taken[index * words + (slice >>> 6)] |= 1L << slice;
        takenSlices++;
        if (++takenIn[index] == slicesPerCluster) {
            withRoom.remove(index);
        }
    }

    private void grow() {
        int from = clusters.length;
        int to = Math.max(8, from + (from >> 1));
        clusters = Arrays.copyOf(clusters, to);
        takenIn = Arrays.copyOf(takenIn, to);
        taken = Arrays.copyOf(taken, to * words);
        held = Arrays.copyOf(held, to * words);
        for (int i = to - 1; i >= from; i--) {
            unused.push(i);
        }
    }
}
