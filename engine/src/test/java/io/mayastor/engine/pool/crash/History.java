package io.mayastor.engine.pool.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All that hosts asked of a pool and were told, in one order with what its disks were given. */
final class History {
    final int blockBytes;
    final int mostBlocks;
    final Map<UUID, ModelVolume> volumes = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<long[]> disks = new ArrayList<>();
    private long moment;
    private long firstNumber = 1;

    History(int blockBytes, int mostBlocks) {
        this.blockBytes = blockBytes;
        this.mostBlocks = mostBlocks;
    }

    /** The same pool after a crash: its volumes have the contents that were found. */
    static History after(History before, Map<UUID, long[]> found) {
        History history = new History(before.blockBytes, before.mostBlocks);
        history.firstNumber = before.firstNumber + before.changes.size();
        found.forEach((uuid, content) -> {
            ModelVolume old = before.volumes.get(uuid);
            long[] tags = Arrays.copyOf(content, before.mostBlocks);
            ModelVolume volume =
                    new ModelVolume(
                            uuid,
                            old.name,
                            old.isSnapshot() ? old : null,
                            tags,
                            before.mostBlocks,
                            0);
            volume.bornAcknowledged = 0;
            history.addSize(volume, content.length).acknowledged = 0;
            history.volumes.put(uuid, volume);
        });
        return history;
    }

    ModelVolume.Size addSize(ModelVolume volume, int blocks) {
        ModelVolume.Size size = new ModelVolume.Size(blocks, moment);
        volume.sizes.add(size);
        return size;
    }

    /** The pool is to have another disk. */
    void diskAsked() {
        disks.add(new long[] {tick(), Change.NEVER});
    }

    void diskAcknowledged() {
        disks.getLast()[1] = tick();
    }

    int disksAsked(long atMoment) {
        return (int) disks.stream().filter(disk -> disk[0] <= atMoment).count();
    }

    int disksAcknowledged(long atMoment) {
        return (int) disks.stream().filter(disk -> disk[1] <= atMoment).count();
    }

    long tick() {
        return ++moment;
    }

    long moment() {
        return moment;
    }

    ModelVolume born(UUID uuid, String name, ModelVolume source, long[] initial, int blocks) {
        ModelVolume volume = new ModelVolume(uuid, name, source, initial, mostBlocks, tick());
        volumes.put(uuid, volume);
        ModelVolume.Size size = new ModelVolume.Size(blocks, volume.bornAsked);
        size.acknowledged = volume.bornAsked;
        size.ended = volume.bornAsked;
        volume.sizes.add(size);
        return volume;
    }

    Change asked(ModelVolume volume, int first, int count, boolean zeros) {
        Change change =
                new Change(volume, firstNumber + changes.size(), first, count, zeros, tick());
        changes.add(change);
        volume.add(change);
        return change;
    }

    void ended(Change change, boolean good, boolean durable) {
        change.ended = tick();
        if (good) {
            change.acknowledged = change.ended;
            if (durable) {
                change.durable = change.ended;
            } else {
                change.volume.notDurable.add(change);
            }
        }
    }

    /** All that was acknowledged so far and is not known to be durable. */
    List<Change> notDurable(ModelVolume volume) {
        return List.copyOf(volume.notDurable);
    }

    void durable(ModelVolume volume, List<Change> flushed) {
        long now = tick();
        for (Change change : flushed) {
            change.durable = Math.min(change.durable, now);
        }
        volume.notDurable.removeIf(change -> change.durable != Change.NEVER);
    }

    /** Every change, in the order of their asking. */
    List<Change> changes() {
        return changes;
    }

    /** Who wrote this, for messages. */
    String author(long tag) {
        long index = Change.numberOf(tag) - firstNumber;
        if (index < 0 || index >= changes.size()) {
            return tag == Change.ZEROS ? "nobody, zeros" : "nobody of this run";
        }
        return changes.get((int) index) + ", as its block " + Change.blockOf(tag);
    }
}
