package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Root;
import java.util.ArrayList;
import java.util.List;

/** Where the chunks of a root's metadata are, on each copy that may be read. */
final class MetadataReads {
    private final Root root;
    private final DiskMap disks;
    private final LoadMemory memory;
    private final List<Integer> usable = new ArrayList<>();

    MetadataReads(Label label, Root root, DiskMap disks, LoadMemory memory) {
        this.root = root;
        this.disks = disks;
        this.memory = memory;
        for (int copy = 0; copy < root.copies(); copy++) {
            Label.Disk listed = label.disks().get(root.copyDisks()[copy]);
            if (listed.metadata() && !listed.lost()) {
                usable.add(copy);
            }
        }
        if (usable.isEmpty()) {
            throw new LoadException(
                    LoadException.Kind.CORRUPT,
                    "root %d has no copy on a disk that holds metadata".formatted(root.number()));
        }
        check();
    }

    private void check() {
        for (int[] cluster : root.metadataClusters()) {
            for (int copy = 0; copy < root.copies(); copy++) {
                if (disks.disk(cluster[copy]) != root.copyDisks()[copy]) {
                    throw new LoadException(
                            LoadException.Kind.CORRUPT,
                            "root %d: metadata cluster %d is not on disk %d"
                                    .formatted(
                                            root.number(), cluster[copy], root.copyDisks()[copy]));
                }
            }
        }
    }

    /** Copies that may be read. */
    int copies() {
        return usable.size();
    }

    /** The disk index of a copy, for messages. */
    int disk(int copy) {
        return root.copyDisks()[usable.get(copy)];
    }

    /** A read of the beginning of a chunk, from a copy. */
    DiskRead read(int copy, int chunk, int length) {
        int index = usable.get(copy);
        int disk = root.copyDisks()[index];
        int cluster = root.metadataClusters()[Root.chunkCluster(chunk)][index];
        long offset = disks.offset(disk, cluster) + Root.chunkOffset(chunk);
        return new DiskRead(disks.input(disk), offset, memory.take(length), length);
    }
}
