package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Root;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The clusters that hold metadata, one on each copy's disk at a time, and the chunks of 1 MiB they
 * are used in. A chunk is a page chunk, a journal chunk, or still free.
 *
 * <p>The lists only grow. {@link #mark} keeps them as they are when a checkpoint begins, because a
 * cluster that is taken later may, in that checkpoint, still be mapped.
 */
public final class MetadataSpace {
    /** Free chunks beyond which no cluster is kept for metadata. */
    private static final int COMFORTABLE_CHUNKS = 4;

    private final Geometry geometry;
    private final Allocator allocator;
    private final List<int[]> clusters = new ArrayList<>();
    private final IntStack free = new IntStack();
    private int[] copies = new int[0];
    private int[] pageChunks = new int[0];
    private int[] journalChunks = new int[0];
    private Lists marked = new Lists(copies, new int[0][], pageChunks, journalChunks);

    /**
     * The lists of a root.
     *
     * @param copyDisks disk of each copy
     * @param clusters by metadata cluster, then by copy
     * @param pageChunks see {@link Root#chunk}
     * @param journalChunks the same
     */
    @SuppressWarnings("ArrayRecordComponent") // Made once, only read.
    public record Lists(int[] copyDisks, int[][] clusters, int[] pageChunks, int[] journalChunks) {}

    MetadataSpace(Geometry geometry, Allocator allocator) {
        this.geometry = geometry;
        this.allocator = allocator;
    }

    /** The disks that hold a copy each, of a new pool. */
    public void copies(int... disks) {
        if (!clusters.isEmpty() || disks.length < 1 || disks.length > Root.MAX_COPIES) {
            throw new IllegalStateException("copies on " + Arrays.toString(disks));
        }
        copies = disks.clone();
        keep();
    }

    /** What the root of a loaded pool says; problems are added to the list. */
    public void load(Root root, List<String> problems) {
        copies = root.copyDisks().clone();
        pageChunks = root.pageChunks().clone();
        journalChunks = root.journalChunks().clone();
        boolean[] used = new boolean[root.metadataClusters().length * geometry.chunksPerCluster()];
        for (int[] chunks : List.of(pageChunks, journalChunks)) {
            for (int chunk : chunks) {
                int index = index(chunk);
                if (used[index]) {
                    problems.add("metadata chunk " + chunk + " is used twice");
                }
                used[index] = true;
            }
        }
        for (int[] cluster : root.metadataClusters()) {
            for (int number : cluster) {
                if (!allocator.claimMetadata(number)) {
                    problems.add(
                            "metadata cluster %d does not exist or is used twice"
                                    .formatted(number));
                }
            }
            addCluster(cluster.clone(), used);
        }
        keep();
        mark();
    }

    /** Another chunk for the journal, at the end of its list; false: no space. */
    public boolean addJournalChunk() {
        int chunk = take(Use.UPKEEP);
        if (chunk < 0) {
            return false;
        }
        journalChunks = append(journalChunks, chunk);
        return true;
    }

    /** A copy's disk is lost: its clusters belong to nobody. At least one copy stays. */
    public void dropCopy(int disk) {
        int index = 0;
        while (copies[index] != disk) {
            index++;
        }
        if (copies.length == 1) {
            throw new IllegalStateException("the only copy is on disk " + disk);
        }
        allocator.keepForMetadata(copies, 0);
        for (int i = 0; i < clusters.size(); i++) {
            allocator.releaseMetadata(clusters.get(i)[index]);
            clusters.set(i, without(clusters.get(i), index));
        }
        copies = without(copies, index);
        keep();
        int copy = index;
        marked =
                new Lists(
                        copies,
                        Arrays.stream(marked.clusters())
                                .map(cluster -> without(cluster, copy))
                                .toArray(int[][]::new),
                        marked.pageChunks(),
                        marked.journalChunks());
    }

    public int copies() {
        return copies.length;
    }

    /** The disk of a copy. */
    public int copyDisk(int copy) {
        return copies[copy];
    }

    public int journalChunks() {
        return journalChunks.length;
    }

    public int journalChunk(int index) {
        return journalChunks[index];
    }

    /** The cluster in which a chunk lies on a copy. */
    public int cluster(int chunk, int copy) {
        return clusters.get(Root.chunkCluster(chunk))[copy];
    }

    /** The lists as they were when the last checkpoint was marked. */
    public Lists marked() {
        return marked;
    }

    void mark() {
        marked = new Lists(copies, clusters.toArray(int[][]::new), pageChunks, journalChunks);
    }

    /** By metadata cluster, its number on every copy. */
    List<int[]> clusters() {
        return Collections.unmodifiableList(clusters);
    }

    int[] pageChunks() {
        return pageChunks;
    }

    public long pageRoom() {
        return (long) pageChunks.length * DiskLayout.PAGES_PER_CHUNK;
    }

    /** Makes room for so many pages in all; false: no space, or the root would be too long. */
    boolean makeRoom(long pages, Use use) {
        while (pageRoom() < pages) {
            int chunk = take(use);
            if (chunk < 0) {
                return false;
            }
            pageChunks = append(pageChunks, chunk);
        }
        return true;
    }

    private int take(Use use) {
        int newClusters = clusters.size() + (free.isEmpty() ? 1 : 0);
        long root =
                Root.bytes(newClusters, copies.length, pageChunks.length + 1, journalChunks.length);
        if (root > DiskLayout.MAX_ROOT) {
            return -1;
        }
        if (free.isEmpty()) {
            int[] cluster = allocator.metadataCluster(copies, use);
            if (cluster == null) {
                return -1;
            }
            addCluster(cluster, null);
        }
        int chunk = free.pop();
        keep();
        return chunk;
    }

    private void addCluster(int[] cluster, boolean[] used) {
        int number = clusters.size();
        clusters.add(cluster);
        for (int i = geometry.chunksPerCluster() - 1; i >= 0; i--) {
            int chunk = Root.chunk(number, i);
            if (used == null || !used[index(chunk)]) {
                free.push(chunk);
            }
        }
    }

    private int index(int chunk) {
        return Root.chunkCluster(chunk) * geometry.chunksPerCluster()
                + Root.chunkOffset(chunk) / DiskLayout.CHUNK;
    }

    private void keep() {
        int missing = Math.max(0, COMFORTABLE_CHUNKS - free.size());
        int each = (missing + geometry.chunksPerCluster() - 1) / geometry.chunksPerCluster();
        allocator.keepForMetadata(copies, Math.min(each, 2));
    }

    private static int[] append(int[] list, int value) {
        int[] longer = Arrays.copyOf(list, list.length + 1);
        longer[list.length] = value;
        return longer;
    }

    private static int[] without(int[] list, int index) {
        int[] shorter = new int[list.length - 1];
        System.arraycopy(list, 0, shorter, 0, index);
        System.arraycopy(list, index + 1, shorter, index, shorter.length - index);
        return shorter;
    }
}
