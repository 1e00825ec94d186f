package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.ring.Memory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Compares a recovered pool with what its hosts were told. Moments must not go back from one call
 * to the next: what was found allowed stays so until something newer is settled, and is not looked
 * up again before.
 */
final class Promises {
    /** No content has it. */
    private static final long UNKNOWN = -1;

    private final History history;
    private final int blocksPerUnit;

    /** By crash: contents that were found allowed. */
    private final Map<Crash, Map<ModelVolume, long[]>> allowed = new HashMap<>();

    private final Map<Crash, List<Change>> settling = new HashMap<>();
    private final int[] settled = new int[Crash.values().length];

    Promises(History history) {
        this.history = history;
        blocksPerUnit = Geometry.UNIT_BYTES / history.blockBytes;
        for (Crash crash : Crash.values()) {
            allowed.put(crash, new HashMap<>());
            settling.put(
                    crash,
                    history.changes().stream()
                            .filter(change -> change.settled(crash) != Change.NEVER)
                            .sorted(Comparator.comparingLong(change -> change.settled(crash)))
                            .toList());
        }
    }

    void verify(
            LoadedPool pool,
            PoolReading reading,
            Crash crash,
            long moment,
            CrashCoverage coverage) {
        forget(crash, moment);
        Set<UUID> found = new HashSet<>();
        for (Layer layer : pool.metadata().layers()) {
            LayerRecord record = layer.record();
            coverage.pendingSnapshots.addAndGet(record.pending() ? 1 : 0);
            coverage.deletedLayers.addAndGet(record.kind() == Kind.DELETED ? 1 : 0);
            if (isVisible(record)) {
                found.add(record.uuid());
                verify(layer, reading, crash, moment);
            }
        }
        for (ModelVolume volume : history.volumes.values()) {
            boolean mustBe = volume.bornAcknowledged <= moment && volume.goneAsked > moment;
            if (mustBe && !found.contains(volume.uuid)) {
                throw new CrashFailure(volume.name + " is lost");
            }
        }
    }

    static boolean isVisible(LayerRecord record) {
        return record.kind() != Kind.DELETED && !record.pending() && !record.discarded();
    }

    private void forget(Crash crash, long moment) {
        List<Change> changes = settling.get(crash);
        int next = settled[crash.ordinal()];
        while (next < changes.size() && changes.get(next).settled(crash) <= moment) {
            Change change = changes.get(next++);
            long[] known = allowed.get(crash).get(change.volume);
            if (known != null) {
                Arrays.fill(known, change.first, change.first + change.count, UNKNOWN);
            }
        }
        settled[crash.ordinal()] = next;
    }

    private void verify(Layer layer, PoolReading reading, Crash crash, long moment) {
        ModelVolume volume = history.volumes.get(layer.record().uuid());
        if (volume == null || volume.bornAsked > moment) {
            throw new CrashFailure(layer.record().name() + " was never asked for");
        }
        if (volume.goneAcknowledged <= moment) {
            throw new CrashFailure(volume.name + " was deleted and is there");
        }
        int blocks = (int) (layer.record().sizeBytes() / history.blockBytes);
        if (!volume.allowsSize(blocks, moment)) {
            throw new CrashFailure(
                    "%s has %d blocks, which is not a size it should have now"
                            .formatted(volume.name, blocks));
        }
        boolean fixed = !volume.isSnapshot() || volume.initial != null;
        long[] known =
                fixed
                        ? allowed.get(crash).computeIfAbsent(volume, Promises::nothing)
                        : nothing(volume);
        for (int unit = 0; unit < blocks / blocksPerUnit; unit++) {
            verify(volume, known, unit, reading.unit(layer, unit), crash, moment);
        }
    }

    private static long[] nothing(ModelVolume volume) {
        long[] none = new long[volume.mostBlocks()];
        Arrays.fill(none, UNKNOWN);
        return none;
    }

    private void verify(
            ModelVolume volume, long[] known, int unit, long address, Crash crash, long moment) {
        for (int i = 0; i < blocksPerUnit; i++) {
            int block = unit * blocksPerUnit + i;
            long tag = Change.ZEROS;
            if (address != 0) {
                long at = address + (long) i * history.blockBytes;
                tag = Memory.getLong(at);
                if (Memory.getLong(at + history.blockBytes - Long.BYTES) != tag) {
                    throw new CrashFailure(
                            "block %d of %s is a mixture".formatted(block, volume.name));
                }
            }
            if (tag != known[block]) {
                if (!volume.allows(block, tag, crash, moment)) {
                    throw new CrashFailure(
                            "block %d of %s reads 0x%x (by %s) at moment %d; known of it: %s"
                                    .formatted(
                                            block,
                                            volume.name,
                                            tag,
                                            history.author(tag),
                                            moment,
                                            volume.story(block)));
                }
                known[block] = tag;
            }
        }
    }
}
