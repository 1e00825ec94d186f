package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Label.Extent;
import io.mayastor.engine.pool.format.Root;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads a pool from its disks, without I/O of its own: it says what to read and is called again
 * when that is read. In phases: labels, roots, pages, journal, data of units that are not known to
 * be durable.
 *
 * <p>Nothing is written. The result is the state that recovery has to make durable as a new
 * checkpoint before the first I/O. One thread at a time.
 */
public final class PoolLoader {
    private final long[] diskBytes;
    private final LoadOptions options;
    private final LoadMemory memory;
    private final Checksum checksum = new Checksum();
    private final List<String> notes = new ArrayList<>();

    private final LabelPhase labels;
    private RootPhase roots;
    private PagePhase pages;
    private JournalPhase journal;
    private UnitPhase units;

    private JournalWatcher watcher = (position, first, durable, records) -> {};
    private LoadPhase phase;
    private Geometry geometry;
    private DiskMap disks;
    private MetadataReads chunks;
    private RecordApplier applier;
    private LoadedPool result;

    /**
     * @param diskBytes size of each disk
     * @param memory that nobody else uses until the loader is done
     */
    public PoolLoader(long[] diskBytes, LoadOptions options, LoadMemory memory) {
        this.diskBytes = diskBytes.clone();
        this.options = options;
        this.memory = memory;
        labels = new LabelPhase(this.diskBytes, options, memory, checksum, notes);
        phase = labels;
    }

    /** Loads with a reader that returns when the bytes are there. */
    public static LoadedPool load(
            long[] diskBytes, LoadOptions options, LoadMemory memory, DiskReader reader) {
        PoolLoader loader = new PoolLoader(diskBytes, options, memory);
        for (List<DiskRead> reads = loader.next(); !reads.isEmpty(); reads = loader.next()) {
            for (DiskRead read : reads) {
                reader.read(read.disk(), read.offset(), read.address(), read.length());
            }
        }
        return loader.result();
    }

    /** Tells somebody what is read of the journal; before the first {@link #next}. */
    public void watchJournal(JournalWatcher newWatcher) {
        watcher = newWatcher;
    }

    /**
     * What to read next, all at once if possible; a read that fails is told {@link DiskRead#fail}.
     * Empty: it is done, see {@link #result}.
     *
     * @throws LoadException when this is no pool that can be opened; the loader is over
     */
    public List<DiskRead> next() {
        try {
            while (result == null) {
                List<DiskRead> reads = phase.next();
                if (!reads.isEmpty()) {
                    return reads;
                }
                advance();
            }
            return List.of();
        } catch (RuntimeException e) {
            abandon();
            throw e;
        }
    }

    /** Gives up before the end, or after {@link LoadException}; the result's owner closes that. */
    public void abandon() {
        if (result == null && pages != null && pages.metadata() != null) {
            pages.metadata().close();
        }
        pages = null;
    }

    /** The pool; its metadata belongs to the caller. */
    public LoadedPool result() {
        if (result == null) {
            throw new IllegalStateException("loading is not over");
        }
        return result;
    }

    private void advance() {
        if (phase == labels) {
            Label label = labels.label();
            geometry = Geometry.of(label.clusterBytes());
            disks = new DiskMap(labels.members(), label.clusterBytes());
            List<String> problems = disks.problems();
            if (!problems.isEmpty()) {
                throw new LoadException(LoadException.Kind.CORRUPT, problems);
            }
            roots = new RootPhase(label, labels.members(), memory, checksum, notes);
            phase = roots;
        } else if (phase == roots) {
            Root root = roots.root();
            chunks = new MetadataReads(labels.label(), root, disks, memory);
            pages = new PagePhase(root, chunks, memory, checksum, this::empty, notes);
            phase = pages;
        } else if (phase == pages) {
            applier = new RecordApplier(pages.metadata());
            journal = new JournalPhase(roots.root(), chunks, memory, checksum, applier, watcher);
            phase = journal;
        } else if (phase == journal) {
            units = new UnitPhase(journal.pending(), disks, geometry, memory, checksum, applier);
            phase = units;
        } else {
            finish();
        }
    }

    private Metadata empty() {
        Metadata metadata =
                new Metadata(geometry, labels.label().pool(), options.pageMemoryBytes());
        for (int disk = 0; disk < labels.members().size(); disk++) {
            for (Extent extent : labels.members().get(disk).label().extents()) {
                metadata.addExtent(disk, extent.firstCluster(), extent.clusters());
            }
        }
        return metadata;
    }

    private void finish() {
        LoadedPool.Figures figures =
                new LoadedPool.Figures(
                        roots.root().pages(),
                        applier.records(),
                        units.verified(),
                        units.rolledBack());
        result =
                new LoadedPool(
                        labels.label(),
                        labels.members(),
                        roots.root(),
                        pages.metadata(),
                        journal.end(),
                        figures,
                        List.copyOf(notes));
    }
}
