package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.Root;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * All that a pool knows of its space, in memory, on the pool's reactor.
 *
 * <p>Life: made with the disks' extents; loaded from a checkpoint ({@link #load}, {@link
 * #loadPage}, {@link #derive}) or new; changed by the journal's records, in order; then {@link
 * #run}: from here on space is given out, and records change it when they are complete. A record
 * that contradicts the state throws {@link IllegalStateException}: the pool, or the journal, is
 * corrupt.
 *
 * <p>A record's change never fails for want of memory or space. Whoever starts an operation asks
 * {@link #prepare} before, while it can still be refused.
 */
public final class Metadata implements AutoCloseable {
    /** Layers that a pool can have: small numbers of theirs fit into 16 bits. */
    public static final int MAX_LAYERS = 0xFFFD;

    /** Pages that operations under way may need beyond those prepared for. */
    private static final int SLACK_PAGES = 64;

    private final Geometry geometry;
    private final PageTable table;
    private final RegionDetails details;
    private final LayerMaps maps;
    private final LayerTree tree;
    private final Allocator allocator;
    private final MetadataSpace metadataSpace;
    private final RegionChanges changes;
    private final LayerChanges layerChanges;
    private final int pageLimit;
    private final int slackPages;
    private int nextLayerId = 1;

    /**
     * @param pageMemoryBytes limit of the memory for pages, in bytes
     */
    public Metadata(Geometry geometry, UUID pool, long pageMemoryBytes) {
        this.geometry = geometry;
        table = new PageTable(pool);
        details = new RegionDetails(table, geometry);
        maps = new LayerMaps(table);
        tree = new LayerTree(maps);
        allocator = new Allocator(geometry);
        metadataSpace = new MetadataSpace(geometry, allocator);
        changes = new RegionChanges(geometry, maps, tree, details, allocator);
        layerChanges =
                new LayerChanges(geometry, maps, tree, new LayerPages(table), changes, allocator);
        pageLimit = (int) Math.min(Integer.MAX_VALUE, pageMemoryBytes / DiskLayout.PAGE);
        slackPages = Math.max(SLACK_PAGES, 2 * pagesPerChange());
    }

    public Geometry geometry() {
        return geometry;
    }

    // Where units are.

    /** The raw entry of a region, see {@link MapEntry}. */
    public int entry(Layer layer, int region) {
        return maps.entry(layer, region);
    }

    /** Valid units of a slice in bits 0–15, zero units in bits 16–31; of a detail entry. */
    public int mask(int entry, int slice) {
        return details.mask(entry, slice);
    }

    /** Where a slice is, or {@link Place#NONE}; of any entry. */
    public long place(int entry, int slice) {
        return details.place(entry, slice);
    }

    /** The cluster of a whole or partial entry. */
    public int cluster(int entry) {
        return details.cluster(entry);
    }

    /** Valid units of a detail entry. */
    public int validUnits(int entry) {
        return details.validUnits(entry);
    }

    /** The nearest layer, this one or one above it, that has an entry for the region, or null. */
    public Layer nearest(Layer layer, int region) {
        return maps.entry(layer, region) == MapEntry.ABSENT ? tree.above(layer, region) : layer;
    }

    /** The nearest layer above this one that has an entry for the region, or null: zeros. */
    public Layer above(Layer layer, int region) {
        return tree.above(layer, region);
    }

    /** The first region from here on that is not absent, or the layer's number of regions. */
    public int nextMapped(Layer layer, int from) {
        return maps.nextMapped(layer, from);
    }

    // Layers.

    /** The layer of this id, or null. */
    public Layer layer(int id) {
        return tree.layer(id);
    }

    /** All layers by ascending id. */
    public Collection<Layer> layers() {
        return tree.layers();
    }

    /** An id that no layer ever had. */
    public int newLayerId() {
        return nextLayerId++;
    }

    public int nextLayerId() {
        return nextLayerId;
    }

    // Space.

    /** So many clusters, numbered from {@code firstCluster}, lie on this disk. */
    public void addExtent(int disk, int firstCluster, int clusters) {
        allocator.clusters.addExtent(disk, firstCluster, clusters);
    }

    /** The disk is lost: nothing is given out on it any more. */
    public void closeDisk(int disk) {
        allocator.clusters.closeDisk(disk);
    }

    public long clustersOn(int disk) {
        return allocator.clusters.totalOn(disk);
    }

    public long freeClustersOn(int disk) {
        return allocator.clusters.freeOn(disk);
    }

    /**
     * A cluster that the caller holds until a record names it or {@link #releaseCluster}; -1: none.
     *
     * @param fromReservation whether it is for a thick layer
     */
    public int allocateCluster(boolean fromReservation) {
        return allocateCluster(fromReservation ? Use.THICK : Use.THIN);
    }

    /** A cluster that the caller holds until a record names it or {@link #releaseCluster}; -1. */
    public int allocateCluster(Use use) {
        return allocator.cluster(use);
    }

    /** A slice that the caller holds until a record names it or {@link #releaseSlice}; 0: none. */
    public long allocateSlice() {
        return allocator.slice(Use.THIN);
    }

    /** A slice that the caller holds until a record names it or {@link #releaseSlice}; 0: none. */
    public long allocateSlice(Use use) {
        return allocator.slice(use);
    }

    /** A held or dying cluster becomes free. */
    public void releaseCluster(int cluster) {
        allocator.releaseCluster(cluster);
    }

    /** A held or dying slice becomes free, and its cluster when it was the last one. */
    public void releaseSlice(long place) {
        allocator.releaseSlice(place);
    }

    public Space space() {
        return allocator.space(geometry.slicesPerCluster());
    }

    /** Clusters and chunks that hold the metadata itself. */
    public MetadataSpace metadataSpace() {
        return metadataSpace;
    }

    /** Whether there is room for so many pages more; takes space for them when there is none. */
    public boolean prepare(int pages) {
        return prepare(pages, Use.THIN);
    }

    /** Whether there is room for so many pages more; takes space for them when there is none. */
    public boolean prepare(int pages, Use use) {
        long wanted = (long) table.pagesInUse() + pages + slackPages;
        return wanted <= pageLimit
                && (wanted <= metadataSpace.pageRoom() || metadataSpace.makeRoom(wanted, use));
    }

    /** Pages that one record of a region may need. */
    public int pagesPerChange() {
        return 1 + Math.max(details.partial.pagesPerGroup(), details.sliced.pagesPerGroup());
    }

    /** Pages that a record of this layer may need. */
    public int pagesFor(LayerRecord layer) {
        return LayerPages.pages(layer) + pagesPerChange();
    }

    // Changes: one call for each record, when it is complete.

    /**
     * Units become valid: in the slices at {@code places}, or when that is 0, in the cluster. A
     * sliced region that gets a cluster must have all its valid units in this record.
     *
     * @param places address of one {@link Place} for each slice touched, or 0
     */
    public void units(
            long sequence,
            Layer layer,
            int region,
            int firstUnit,
            int count,
            int cluster,
            long places) {
        if (places == 0) {
            changes.unitsInCluster(sequence, layer, region, firstUnit, count, cluster);
        } else {
            changes.unitsInSlices(layer, region, firstUnit, count, places);
        }
    }

    /** Units give up their content; zero, they hide what is above, else they inherit it. */
    public void clear(
            long sequence, Layer layer, int region, int firstUnit, int count, boolean zero) {
        changes.clear(sequence, layer, region, firstUnit, count, zero);
    }

    /** The region gives up all it has and is {@link MapEntry#ABSENT} or {@link MapEntry#ZERO}. */
    public void region(long sequence, Layer layer, int region, int value) {
        changes.region(sequence, layer, region, value);
    }

    /** The target, absent there, takes over the region's entry. */
    public void move(long sequence, Layer from, Layer to, int region) {
        changes.move(from, to, region);
    }

    /**
     * A layer is made or changed. A smaller size gives up what lies beyond, for ever: the parent
     * limit follows it, and units of the last region that the parent would show are zero.
     */
    public void putLayer(long sequence, LayerRecord record) {
        layerChanges.put(sequence, record);
        nextLayerId = Math.max(nextLayerId, record.id() + 1);
    }

    /** The layer, which has neither space nor children, is gone. */
    public void removeLayer(long sequence, int id) {
        layerChanges.remove(sequence, id);
    }

    // Checkpoints.

    /** All pages that are dirty now, and the metadata space as it is now, are this checkpoint's. */
    public void markCheckpoint(long number, long epoch) {
        if (!metadataSpace.makeRoom(table.pages(), Use.UPKEEP)) {
            throw new IllegalStateException("no room on the disks for " + table.pages() + " pages");
        }
        metadataSpace.mark();
        table.mark(number, epoch);
    }

    /**
     * Puts the next marked page at {@code destination}, sealed, as it was when it was marked.
     *
     * @param destination room for 4 KiB
     * @return whether there was one
     */
    public boolean nextMarked(long destination, PageWrite out) {
        return table.nextMarked(destination, out, metadataSpace.marked().pageChunks());
    }

    /** What the root says of the pages, once {@link #nextMarked} has given all of them. */
    public long fingerprint() {
        return table.fingerprint();
    }

    /** Pages that the root of the marked checkpoint covers. */
    public int markedPages() {
        return table.markedPages();
    }

    /** Pages that {@link #nextMarked} has still to give. */
    public int markedLeft() {
        return table.markedLeft();
    }

    /** Pages that the next checkpoint has to write. */
    public int dirtyPages() {
        return table.dirtyPages();
    }

    /** Whether so many marked pages had to be copied that new records had better wait. */
    public boolean isCrowded() {
        return table.isCrowded();
    }

    // Loading.

    /** What the root of the checkpoint says; contradictions are added to the list. */
    public void load(Root root, List<String> problems) {
        metadataSpace.load(root, problems);
        nextLayerId = root.nextLayerId();
    }

    /**
     * Copies a page that was read and checked, from the slot that holds the version of the root's
     * checkpoint.
     *
     * @param unfinished whether the other slot holds a valid version with a higher checkpoint
     *     number than the root's; the next checkpoint then overwrites it
     */
    public void loadPage(int page, int slot, long address, boolean unfinished) {
        table.load(page, slot, address, unfinished);
    }

    /** Takes the loaded pages into use; contradictions are added to the list. */
    public void derive(List<String> problems) {
        new Derivation(geometry, table, details, maps, tree, layerChanges, allocator).run(problems);
        for (Layer layer : tree.layers()) {
            nextLayerId = Math.max(nextLayerId, layer.id() + 1);
        }
    }

    /** Loading and recovery are over. */
    public void run(FreedListener freed) {
        allocator.run(freed);
    }

    PageTable table() {
        return table;
    }

    /** Masks and places, for {@link SpaceCheck}. */
    RegionDetails details() {
        return details;
    }

    /** Bytes that all of this takes, native and on the heap; an estimate within some percent. */
    public long memoryBytes() {
        return table.memoryBytes()
                + details.partial.memoryBytes()
                + details.sliced.memoryBytes()
                + tree.memoryBytes()
                + allocator.memoryBytes();
    }

    /** Bytes of pages in use, which the limit is on. */
    public long pageMemoryBytes() {
        return (long) table.pagesInUse() * DiskLayout.PAGE;
    }

    @Override
    public void close() {
        table.close();
    }
}
