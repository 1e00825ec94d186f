package io.mayastor.engine.pool.format;

import static io.mayastor.engine.pool.format.FormatException.require;

import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The label of a disk, 4 KiB, at its front and at the end of its labelled size. The block header's
 * sequence is the generation, its identity the disk index; then
 *
 * <pre>
 *   64      16  disk UUID
 *   80       8  features that a reader must know
 *   88       8  features that a reader may ignore
 *   96       4  cluster bytes
 *  100       4  exposed block bytes, 512 or 4096
 *  104       4  index of this disk
 *  108       4  number of disks
 *  112       8  labelled size of this disk in bytes
 *  120       8  created, milliseconds since 1970
 *  128     128  pool name, UTF-8, zero padded
 *  256      64  owner: node that has it open, empty after export
 *  320       4  number of extents of this disk
 *  328   16·64  extents: first cluster u32, clusters u32, byte offset u64
 * 1352   24·64  disks of the pool: UUID 16, flags u32 (1 holds metadata, 2 lost), reserved u32
 * 2888       …  reserved, zero
 * </pre>
 */
public record Label(
        UUID pool,
        long generation,
        long epoch,
        UUID disk,
        int diskIndex,
        long optionalFeatures,
        int clusterBytes,
        int blockBytes,
        long labelledBytes,
        long createdMillis,
        String poolName,
        String owner,
        List<Extent> extents,
        List<Disk> disks) {

    public static final int BYTES = DiskLayout.LABEL_BYTES;
    public static final int MAX_EXTENTS = 64;
    public static final int MAX_DISKS = 64;
    public static final int MAX_NAME_BYTES = 127;
    public static final int MAX_OWNER_BYTES = 63;

    private static final int DISK_AT = 64;
    private static final int FEATURES_AT = 80;
    private static final int OPTIONAL_FEATURES_AT = 88;
    private static final int CLUSTER_BYTES_AT = 96;
    private static final int BLOCK_BYTES_AT = 100;
    private static final int DISK_INDEX_AT = 104;
    private static final int DISK_COUNT_AT = 108;
    private static final int LABELLED_BYTES_AT = 112;
    private static final int CREATED_AT = 120;
    private static final int NAME_AT = 128;
    private static final int OWNER_AT = 256;
    private static final int EXTENT_COUNT_AT = 320;
    private static final int EXTENTS_AT = 328;
    private static final int EXTENT_BYTES = 16;
    private static final int DISKS_AT = 1352;
    private static final int DISK_BYTES = 24;
    private static final int HOLDS_METADATA = 1;
    private static final int LOST = 2;

    /** A run of clusters of the pool that lies on this disk. */
    public record Extent(int firstCluster, int clusters, long byteOffset) {
        /** The cluster number after the last one. */
        public long endCluster() {
            return (long) firstCluster + clusters;
        }
    }

    /** A disk of the pool as all labels name it. */
    public record Disk(UUID uuid, boolean metadata, boolean lost) {}

    public Label {
        extents = List.copyOf(extents);
        disks = List.copyOf(disks);
    }

    /** A copy with some fields changed. */
    public Changed with() {
        return new Changed(this);
    }

    /** The label of another disk of the same pool. */
    public Label of(
            int index, UUID uuid, long bytes, List<Extent> itsExtents, List<Disk> allDisks) {
        return new Label(
                pool,
                generation,
                epoch,
                uuid,
                index,
                optionalFeatures,
                clusterBytes,
                blockBytes,
                bytes,
                createdMillis,
                poolName,
                owner,
                itsExtents,
                allDisks);
    }

    /** What another version of a label may change. */
    public static final class Changed {
        private final Label before;
        private long generation;
        private long labelledBytes;
        private String owner;
        private List<Extent> extents;
        private List<Disk> disks;

        private Changed(Label before) {
            this.before = before;
            generation = before.generation;
            labelledBytes = before.labelledBytes;
            owner = before.owner;
            extents = before.extents;
            disks = before.disks;
        }

        public Changed generation(long value) {
            generation = value;
            return this;
        }

        public Changed owner(String value) {
            owner = value;
            return this;
        }

        public Changed extents(List<Extent> value, long newLabelledBytes) {
            extents = value;
            labelledBytes = newLabelledBytes;
            return this;
        }

        public Changed disks(List<Disk> value) {
            disks = value;
            return this;
        }

        public Label make() {
            return new Label(
                    before.pool,
                    generation,
                    before.epoch,
                    before.disk,
                    before.diskIndex,
                    before.optionalFeatures,
                    before.clusterBytes,
                    before.blockBytes,
                    labelledBytes,
                    before.createdMillis,
                    before.poolName,
                    owner,
                    extents,
                    disks);
        }
    }

    /** Writes the label, both places alike. */
    public void encode(Checksum checksum, long address) {
        check();
        Memory.zero(address, BYTES);
        BlockHeader.putUuid(address + DISK_AT, disk);
        Memory.putLong(address + OPTIONAL_FEATURES_AT, optionalFeatures);
        Memory.putInt(address + CLUSTER_BYTES_AT, clusterBytes);
        Memory.putInt(address + BLOCK_BYTES_AT, blockBytes);
        Memory.putInt(address + DISK_INDEX_AT, diskIndex);
        Memory.putInt(address + DISK_COUNT_AT, disks.size());
        Memory.putLong(address + LABELLED_BYTES_AT, labelledBytes);
        Memory.putLong(address + CREATED_AT, createdMillis);
        Text.put(address + NAME_AT, MAX_NAME_BYTES, poolName);
        Text.put(address + OWNER_AT, MAX_OWNER_BYTES, owner);
        Memory.putInt(address + EXTENT_COUNT_AT, extents.size());
        for (int i = 0; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            long at = address + EXTENTS_AT + (long) EXTENT_BYTES * i;
            Memory.putInt(at, extent.firstCluster);
            Memory.putInt(at + 4, extent.clusters);
            Memory.putLong(at + 8, extent.byteOffset);
        }
        for (int i = 0; i < disks.size(); i++) {
            Disk other = disks.get(i);
            long at = address + DISKS_AT + (long) DISK_BYTES * i;
            BlockHeader.putUuid(at, other.uuid);
            Memory.putInt(at + 16, (other.metadata ? HOLDS_METADATA : 0) | (other.lost ? LOST : 0));
        }
        BlockHeader.seal(
                checksum, address, BYTES, BlockHeader.LABEL, pool, generation, diskIndex, epoch);
    }

    /** The label in 4 KiB that were read. */
    public static Label decode(Checksum checksum, long address) {
        String problem = BlockHeader.problem(checksum, address, BYTES, BlockHeader.LABEL, null);
        require(problem == null, "label: " + problem);
        require(BlockHeader.length(address) == BYTES, "label: length", BlockHeader.length(address));
        long features = Memory.getLong(address + FEATURES_AT);
        if (features != 0) {
            throw new FormatException(
                    "label: needs features %x that this engine does not know".formatted(features));
        }
        int extentCount = Memory.getInt(address + EXTENT_COUNT_AT);
        require(extentCount >= 1 && extentCount <= MAX_EXTENTS, "label: extents", extentCount);
        List<Extent> extents = new ArrayList<>(extentCount);
        for (int i = 0; i < extentCount; i++) {
            long at = address + EXTENTS_AT + (long) EXTENT_BYTES * i;
            extents.add(
                    new Extent(Memory.getInt(at), Memory.getInt(at + 4), Memory.getLong(at + 8)));
        }
        int diskCount = Memory.getInt(address + DISK_COUNT_AT);
        require(diskCount >= 1 && diskCount <= MAX_DISKS, "label: disks", diskCount);
        List<Disk> disks = new ArrayList<>(diskCount);
        for (int i = 0; i < diskCount; i++) {
            long at = address + DISKS_AT + (long) DISK_BYTES * i;
            int flags = Memory.getInt(at + 16);
            require((flags & ~(HOLDS_METADATA | LOST)) == 0, "label: flags of a disk", flags);
            disks.add(
                    new Disk(
                            BlockHeader.uuid(at),
                            (flags & HOLDS_METADATA) != 0,
                            (flags & LOST) != 0));
        }
        Label label =
                new Label(
                        BlockHeader.pool(address),
                        BlockHeader.sequence(address),
                        BlockHeader.epoch(address),
                        BlockHeader.uuid(address + DISK_AT),
                        Memory.getInt(address + DISK_INDEX_AT),
                        Memory.getLong(address + OPTIONAL_FEATURES_AT),
                        Memory.getInt(address + CLUSTER_BYTES_AT),
                        Memory.getInt(address + BLOCK_BYTES_AT),
                        Memory.getLong(address + LABELLED_BYTES_AT),
                        Memory.getLong(address + CREATED_AT),
                        Text.get(address + NAME_AT, MAX_NAME_BYTES, "label: pool name"),
                        Text.get(address + OWNER_AT, MAX_OWNER_BYTES, "label: owner"),
                        extents,
                        disks);
        require(
                BlockHeader.identity(address) == label.diskIndex,
                "label: identity",
                BlockHeader.identity(address));
        label.check();
        return label;
    }

    private void check() {
        require(generation > 0, "label: generation", generation);
        require(epoch >= 0, "label: epoch", epoch);
        require(
                clusterBytes > 0
                        && clusterBytes % DiskLayout.CLUSTER_STEP == 0
                        && clusterBytes <= DiskLayout.MAX_CLUSTER,
                "label: cluster bytes",
                clusterBytes);
        require(blockBytes == 512 || blockBytes == 4096, "label: block bytes", blockBytes);
        require(
                labelledBytes >= DiskLayout.FIRST_CLUSTER + DiskLayout.TAIL
                        && labelledBytes % DiskLayout.UNIT == 0,
                "label: labelled size",
                labelledBytes);
        require(!poolName.isEmpty(), "label: no pool name");
        require(disks.size() <= MAX_DISKS, "label: disks", disks.size());
        require(diskIndex >= 0 && diskIndex < disks.size(), "label: disk index", diskIndex);
        require(disks.get(diskIndex).uuid.equals(disk), "label: the list names another disk here");
        Set<UUID> uuids = new HashSet<>();
        boolean metadata = false;
        for (Disk other : disks) {
            require(uuids.add(other.uuid), "label: a disk is listed twice, " + other.uuid);
            metadata |= other.metadata && !other.lost;
        }
        require(metadata, "label: no disk holds metadata");
        checkExtents();
    }

    private void checkExtents() {
        require(
                !extents.isEmpty() && extents.size() <= MAX_EXTENTS,
                "label: extents",
                extents.size());
        long nextCluster = 0;
        long nextByte = DiskLayout.FIRST_CLUSTER;
        for (Extent extent : extents) {
            require(
                    extent.firstCluster >= nextCluster
                            && extent.clusters >= 1
                            && extent.endCluster() <= DiskLayout.MAX_CLUSTER_NUMBER + 1L,
                    "label: clusters of an extent from",
                    extent.firstCluster);
            require(
                    extent.byteOffset >= nextByte
                            && extent.byteOffset % DiskLayout.UNIT == 0
                            && extent.byteOffset <= labelledBytes - DiskLayout.TAIL,
                    "label: offset of an extent",
                    extent.byteOffset);
            nextCluster = extent.endCluster();
            nextByte = extent.byteOffset + (long) extent.clusters * clusterBytes;
            require(
                    nextByte <= labelledBytes - DiskLayout.TAIL,
                    "label: end of an extent",
                    nextByte);
        }
    }
}
