package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.LayerRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A small pool in files, for tests of tools: "tank", a snapshot r1 with one partial and one whole
 * region and its clone r2, which has a sliced and a zero region of its own; not closed, with three
 * records since the checkpoint: units 3 and 4 of the clone's region 3, and a new replica r3.
 */
public final class SamplePool {
    public static final String NAME = "tank";
    public static final int DISK_BYTES = (int) HandMadePool.DISK_BYTES;

    private SamplePool() {}

    /** Writes it to files {@code disk0}, {@code disk1} and so on; the owner is in their labels. */
    public static List<Path> write(Path directory, int diskCount, String owner) throws IOException {
        try (HandMadePool pool = new HandMadePool(diskCount)) {
            fill(pool);
            List<Path> files = new ArrayList<>();
            for (int disk = 0; disk < diskCount; disk++) {
                Label label = HandMadePool.label(disk, 1, diskCount);
                pool.writeLabels(label.with().owner(owner).make());
                Path file = directory.resolve("disk" + disk);
                try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    channel.write(pool.disks.get(disk).asByteBuffer());
                }
                files.add(file);
            }
            return files;
        }
    }

    private static void fill(HandMadePool pool) {
        int first = pool.metadata.allocateCluster(false);
        int second = pool.metadata.allocateCluster(false);
        LayerRecord snapshot = HandMadePool.replica(1, 4);
        pool.block()
                .layer(snapshot)
                .units(1, 0, 3, 20, first, 'a')
                .units(1, 2, 0, 256, second, 'b')
                .layer(snapshot.with().kind(LayerRecord.Kind.SNAPSHOT).make())
                .layer(
                        HandMadePool.replica(2, 4)
                                .with()
                                .parent(1)
                                .sourceUuid(snapshot.uuid())
                                .make())
                .write(0);
        pool.block()
                .slice(2, 0, 17, 4, pool.metadata.allocateSlice(), 's')
                .clear(2, 2, 0, 256)
                .write(pool.sequence);
        pool.checkpoint();
        long place = pool.metadata.allocateSlice();
        pool.data(place, 3, 2, 't');
        pool.block().slice(2, 3, 3, 2, place, 't').write(pool.sequence);
        pool.block().layer(HandMadePool.replica(3, 1)).write(pool.sequence);
    }
}
