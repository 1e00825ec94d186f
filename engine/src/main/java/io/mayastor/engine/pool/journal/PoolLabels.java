package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.reactor.Reactor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The labels of all disks in use: every change makes the next generation, at the end of each disk
 * first, then at its front. One change at a time, in the order in which they were asked for. Owner
 * thread: the pool's reactor.
 *
 * <p>The newest generation found on any disk decides who belongs to the pool, so that a change that
 * was cut short has happened. A disk that fails is faulted and excluded by a further change; a
 * change fails when no disk has it.
 */
final class PoolLabels implements MetadataCopies.LostDisk {
    private record Change(UnaryOperator<Label> edit, PoolDisk first, Done done) {}

    private final Reactor reactor;
    private final PoolDisks disks;
    private final Checksum checksum = new Checksum();
    private final MemorySegment buffers;
    private final Map<Integer, Label> labels = new TreeMap<>();
    private final Queue<Change> changes = new ArrayDeque<>();
    private Change current;
    private List<PoolDisk> writing = List.of();
    private Step step = Step.IDLE;
    private int outstanding;
    private int succeeded;
    private Map<Integer, Label> next = Map.of();

    private enum Step {
        IDLE,
        FIRST_DISK,
        END,
        END_FLUSH,
        FRONT,
        FRONT_FLUSH
    }

    PoolLabels(Reactor reactor, PoolDisks disks, List<Label> found) {
        this.reactor = reactor;
        this.disks = disks;
        this.buffers = reactor.kernel().map((long) Label.MAX_DISKS * Label.BYTES, false);
        found.forEach(label -> labels.put(label.diskIndex(), label));
    }

    /** The label of a disk as it was written last. */
    Label label(int disk) {
        return labels.get(disk);
    }

    /** Any of them, for what they share. */
    Label any() {
        return labels.values().iterator().next();
    }

    /** All of them, by disk index; of disks in use. */
    Map<Integer, Label> all() {
        return Collections.unmodifiableMap(labels);
    }

    /** The node that has the pool open; empty: nobody. */
    void own(String owner, Done done) {
        change(label -> label.with().owner(owner).make(), null, done);
    }

    @Override
    public void exclude(PoolDisk disk, Done done) {
        labels.remove(disk.index());
        change(label -> label.with().disks(without(label.disks(), disk)).make(), null, done);
    }

    private static List<Label.Disk> without(List<Label.Disk> list, PoolDisk lost) {
        List<Label.Disk> changed = new ArrayList<>(list);
        Label.Disk before = changed.get(lost.index());
        changed.set(lost.index(), new Label.Disk(before.uuid(), false, true));
        return changed;
    }

    /** A disk has more clusters. */
    void grow(PoolDisk disk, List<Label.Extent> extents, long labelledBytes, Done done) {
        change(
                label ->
                        label.diskIndex() == disk.index()
                                ? label.with().extents(extents, labelledBytes).make()
                                : label,
                null,
                done);
    }

    /** Another disk; it has its label before the others name it. */
    void add(PoolDisk disk, Label itsLabel, Done done) {
        labels.put(disk.index(), itsLabel);
        change(label -> label.with().disks(itsLabel.disks()).make(), disk, done);
    }

    /** Gives the memory back; nothing may be on its way. */
    void close() {
        reactor.kernel().unmap(buffers);
    }

    private void change(UnaryOperator<Label> edit, PoolDisk first, Done done) {
        changes.add(new Change(edit, first, done));
        startNext();
    }

    private void startNext() {
        if (current != null || changes.isEmpty()) {
            return;
        }
        current = changes.remove();
        long generation = 0;
        for (Label label : labels.values()) {
            generation = Math.max(generation, label.generation());
        }
        next = new TreeMap<>();
        for (Label label : labels.values()) {
            Label edited = current.edit.apply(label).with().generation(generation + 1).make();
            next.put(label.diskIndex(), edited);
            edited.encode(checksum, buffer(label.diskIndex()));
        }
        run(current.first == null ? Step.END : Step.FIRST_DISK);
    }

    private long buffer(int disk) {
        return buffers.address() + (long) disk * Label.BYTES;
    }

    private void run(Step begun) {
        step = begun;
        outstanding = 1;
        succeeded = 0;
        writing = new ArrayList<>();
        for (PoolDisk disk : disks.all()) {
            boolean member = next.containsKey(disk.index()) && !disk.isFaulted();
            if (member && (begun != Step.FIRST_DISK || disk == current.first)) {
                writing.add(disk);
            }
        }
        for (PoolDisk disk : writing) {
            outstanding++;
            BlockIo io = new BlockIo(ended -> completed(disk, ended));
            boolean flush = begun == Step.END_FLUSH || begun == Step.FRONT_FLUSH;
            io.operation = flush ? Operation.FLUSH : Operation.WRITE;
            io.address = flush ? 0 : buffer(disk.index());
            io.blocks = flush ? 0 : Label.BYTES / disks.blockBytes();
            io.forceUnitAccess = begun == Step.FIRST_DISK;
            long end = DiskLayout.endLabel(next.get(disk.index()).labelledBytes());
            disks.submitMetadata(
                    io, disk, flush || begun == Step.FRONT ? DiskLayout.FRONT_LABEL : end);
        }
        ended();
    }

    private void completed(PoolDisk disk, BlockIo io) {
        if (io.status == Status.SUCCESS) {
            succeeded++;
        } else {
            disks.fault(
                    disk,
                    "%s of a label of %s failed with status 0x%x"
                            .formatted(io.operation, disk.device().name(), io.status));
        }
        ended();
    }

    private void ended() {
        if (--outstanding > 0) {
            return;
        }
        if (succeeded == 0) {
            finish(false);
            return;
        }
        switch (step) {
            case FIRST_DISK -> run(Step.END);
            case END -> run(Step.END_FLUSH);
            case END_FLUSH -> run(Step.FRONT);
            case FRONT -> run(Step.FRONT_FLUSH);
            case FRONT_FLUSH -> {
                next.forEach((index, label) -> labels.replace(index, label));
                finish(true);
            }
            case IDLE -> throw new IllegalStateException("no label is being written");
        }
    }

    private void finish(boolean success) {
        Done done = current.done;
        current = null;
        step = Step.IDLE;
        done.written(success);
        startNext();
    }
}
