package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.JournalBlock;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A small pool in memory whose every block the test writes itself: 1 MiB clusters, two journal
 * chunks, disks that all hold metadata.
 */
final class HandMadePool implements AutoCloseable, DiskReader, FreedListener {
    static final UUID POOL = new UUID(0x706f6f6c, 1);
    static final int CLUSTER = 1 << 20;
    static final long DISK_BYTES = 20L << 20;
    static final int CLUSTERS_PER_DISK = 16;
    static final int JOURNAL_CHUNKS = 2;

    final List<MemorySegment> disks = new ArrayList<>();
    final LoadMemory memory = new LoadMemory();
    final Checksum checksum = new Checksum();
    final Metadata metadata;
    Root root;
    long sequence;
    long epoch = 1;
    long position;
    int chunk;
    int previousCrc;

    private final Arena arena = Arena.ofConfined();
    private final long buffer = arena.allocate(1 << 20, Memory.PAGE).address();
    private final List<Runnable> dying = new ArrayList<>();
    private final Map<Integer, Integer> crcs = new HashMap<>();
    private long checkpoint;

    HandMadePool(int diskCount) {
        for (int i = 0; i < diskCount; i++) {
            disks.add(arena.allocate(DISK_BYTES, Memory.PAGE));
            writeLabels(label(i, 1, diskCount));
        }
        metadata = new Metadata(Geometry.of(CLUSTER), POOL, 64 << 20);
        int[] copies = new int[diskCount];
        for (int i = 0; i < diskCount; i++) {
            copies[i] = i;
            metadata.addExtent(i, i * CLUSTERS_PER_DISK, CLUSTERS_PER_DISK);
        }
        metadata.metadataSpace().copies(copies);
        for (int i = 0; i < JOURNAL_CHUNKS; i++) {
            metadata.metadataSpace().addJournalChunk();
        }
        metadata.run(this);
        checkpoint();
    }

    static Label label(int disk, long generation, int diskCount) {
        List<Label.Disk> all = new ArrayList<>();
        for (int i = 0; i < diskCount; i++) {
            all.add(new Label.Disk(new UUID(9, i), true, false));
        }
        return new Label(
                POOL,
                generation,
                1,
                new UUID(9, disk),
                disk,
                0,
                CLUSTER,
                512,
                DISK_BYTES,
                0,
                "tank",
                "",
                List.of(
                        new Label.Extent(
                                disk * CLUSTERS_PER_DISK,
                                CLUSTERS_PER_DISK,
                                DiskLayout.FIRST_CLUSTER)),
                all);
    }

    void writeLabels(Label label) {
        writeLabel(label, DiskLayout.FRONT_LABEL);
        writeLabel(label, DiskLayout.endLabel(label.labelledBytes()));
    }

    void writeLabel(Label label, long offset) {
        label.encode(checksum, address(label.diskIndex()) + offset);
    }

    long address(int disk) {
        return disks.get(disk).address();
    }

    /** Where a byte of a cluster is in memory. */
    long address(int cluster, long offset) {
        return address(cluster / CLUSTERS_PER_DISK)
                + DiskLayout.FIRST_CLUSTER
                + (long) (cluster % CLUSTERS_PER_DISK) * CLUSTER
                + offset;
    }

    long journalAddress(int copy, int chunkIndex, int offset) {
        int number = metadata.metadataSpace().journalChunk(chunkIndex);
        return address(
                metadata.metadataSpace().cluster(number, copy),
                (long) Root.chunkOffset(number) + offset);
    }

    /** Writes all changed pages, without a root: as if the checkpoint had not come to its end. */
    void unfinishedCheckpoint() {
        checkpoint++;
        metadata.markCheckpoint(checkpoint, epoch);
        PageWrite write = new PageWrite();
        while (metadata.nextMarked(buffer, write)) {
            for (int copy = 0; copy < disks.size(); copy++) {
                int cluster = metadata.metadataSpace().cluster(write.chunk(), copy);
                long offset = Root.chunkOffset(write.chunk()) + (long) write.offsetInChunk();
                Memory.copy(buffer, address(cluster, offset), DiskLayout.PAGE);
            }
        }
    }

    void checkpoint() {
        unfinishedCheckpoint();
        writeRoot(false);
    }

    void writeRoot(boolean closed) {
        MetadataSpace.Lists lists = metadata.metadataSpace().marked();
        root =
                new Root(
                        POOL,
                        checkpoint,
                        (int) (checkpoint % 2),
                        epoch,
                        sequence,
                        metadata.fingerprint(),
                        metadata.markedPages(),
                        metadata.nextLayerId(),
                        chunk,
                        (int) (position % DiskLayout.CHUNK),
                        previousCrc,
                        closed,
                        position,
                        lists.copyDisks(),
                        lists.clusters(),
                        lists.pageChunks(),
                        lists.journalChunks());
        for (int copy = 0; copy < disks.size(); copy++) {
            root.encode(checksum, address(copy) + DiskLayout.rootOffset(root.slot()), CLUSTER);
        }
    }

    /** A journal block in the making; each record is applied to {@link #metadata} at once. */
    final class Block {
        private final long first = sequence + 1;
        private int length;
        private int records;

        private long at() {
            return buffer + JournalBlock.RECORDS_AT + length;
        }

        private long added(int bytes) {
            length += bytes;
            records++;
            return ++sequence;
        }

        Block layer(LayerRecord layer) {
            long number = added(RecordWriter.putLayer(at(), layer.id(), layer.encoded()));
            metadata.putLayer(number, layer);
            return this;
        }

        /** Units whose data is {@code fill}; it is not written. */
        Block units(int layer, int region, int unit, int count, int cluster, int fill) {
            int[] fills = new int[count];
            Arrays.fill(fills, fill);
            return units(layer, region, unit, cluster, fills);
        }

        /** Units with data of their own each. */
        Block units(int layer, int region, int unit, int cluster, int[] fills) {
            long at = at();
            int count = fills.length;
            long number = added(RecordWriter.units(at, layer, region, unit, count, cluster));
            for (int i = 0; i < count; i++) {
                Memory.putInt(RecordWriter.crcsAt(at, 0) + 4L * i, crc(fills[i]));
            }
            metadata.units(number, metadata.layer(layer), region, unit, count, cluster, 0);
            return this;
        }

        /** Units of one slice. */
        Block slice(int layer, int region, int unit, int count, long place, int fill) {
            long at = at();
            long number = added(RecordWriter.slicedUnits(at, layer, region, unit, count));
            Memory.putLong(RecordWriter.placesAt(at), place);
            for (int i = 0; i < count; i++) {
                Memory.putInt(RecordWriter.crcsAt(at, 1) + 4L * i, crc(fill));
            }
            metadata.units(
                    number,
                    metadata.layer(layer),
                    region,
                    unit,
                    count,
                    0,
                    RecordWriter.placesAt(at));
            return this;
        }

        Block clear(int layer, int region, int unit, int count) {
            long number = added(RecordWriter.clear(at(), layer, region, unit, count, true));
            metadata.clear(number, metadata.layer(layer), region, unit, count, true);
            return this;
        }

        /** Writes the block; it names what is durable, but not more than there was before it. */
        void write(long durable) {
            write(durable, 0);
        }

        /** Writes the block as long as at least {@code bytes} of records would make it. */
        void write(long durable, int bytes) {
            Memory.zero(at(), Math.max(0, bytes - length));
            int used = Math.max(length, bytes);
            int room = DiskLayout.CHUNK - (int) (position % DiskLayout.CHUNK);
            if (JournalBlock.bytes(used) > room) {
                position += room;
            }
            int place = chunk(position);
            int offset = (int) (position % DiskLayout.CHUNK);
            previousCrc =
                    JournalBlock.seal(
                            checksum,
                            buffer,
                            used,
                            records,
                            POOL,
                            first,
                            position,
                            epoch,
                            Math.min(durable, first - 1),
                            previousCrc);
            for (int copy = 0; copy < disks.size(); copy++) {
                Memory.copy(
                        buffer, journalAddress(copy, place, offset), BlockHeader.length(buffer));
            }
            position += BlockHeader.length(buffer);
            chunk = chunk(position);
        }
    }

    Block block() {
        return new Block();
    }

    private static int chunk(long position) {
        return (int) (position / DiskLayout.CHUNK % JOURNAL_CHUNKS);
    }

    /** Writes the data of units. */
    void data(int cluster, int unit, int count, int fill) {
        long bytes = (long) count * Geometry.UNIT_BYTES;
        Memory.ALL
                .asSlice(address(cluster, (long) unit * Geometry.UNIT_BYTES), bytes)
                .fill((byte) fill);
    }

    void data(long place, int unitInSlice, int count, int fill) {
        int unit = Place.slice(place) * Geometry.UNITS_PER_SLICE + unitInSlice;
        data(Place.cluster(place), unit, count, fill);
    }

    private int crc(int fill) {
        return crcs.computeIfAbsent(fill, this::crcOfUnit);
    }

    private int crcOfUnit(int fill) {
        try (Arena unit = Arena.ofConfined()) {
            MemorySegment bytes = unit.allocate(Geometry.UNIT_BYTES, 8).fill((byte) fill);
            return checksum.of(bytes.address(), Geometry.UNIT_BYTES);
        }
    }

    static LayerRecord replica(int id, int regions) {
        return LayerRecord.replica(id, new UUID(5, id), "r" + id, (long) regions * CLUSTER, false);
    }

    LoadedPool load() {
        return load(LoadOptions.ANY);
    }

    LoadedPool load(LoadOptions options) {
        long[] sizes = disks.stream().mapToLong(MemorySegment::byteSize).toArray();
        return PoolLoader.load(sizes, options, memory, this);
    }

    /** What records gave up is free: they are durable. */
    void releaseDying() {
        dying.forEach(Runnable::run);
        dying.clear();
    }

    @Override
    public void read(int disk, long offset, long address, int length) {
        MemorySegment from = disks.get(disk).asSlice(offset, length);
        Memory.copy(from.address(), address, length);
    }

    @Override
    public void cluster(int cluster, long freedBy) {
        dying.add(() -> metadata.releaseCluster(cluster));
    }

    @Override
    public void slice(long place, long freedBy) {
        dying.add(() -> metadata.releaseSlice(place));
    }

    @Override
    public void close() {
        metadata.close();
        memory.close();
        arena.close();
    }
}
