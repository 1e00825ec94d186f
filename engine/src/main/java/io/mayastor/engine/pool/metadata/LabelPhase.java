package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Reads both labels of each disk, the front one first, because it tells where the end one is when
 * the disk has grown; then says which disk is which, or why these are not the disks of a pool.
 */
final class LabelPhase implements LoadPhase {
    private final long[] diskBytes;
    private final LoadOptions options;
    private final LoadMemory memory;
    private final Checksum checksum;
    private final List<String> notes;
    private final Label[] front;
    private final Label[] newest;
    private final String[] problems;
    private List<DiskRead> reads;
    private boolean atEnd;
    private Label label;
    private List<MemberDisk> members;

    LabelPhase(
            long[] diskBytes,
            LoadOptions options,
            LoadMemory memory,
            Checksum checksum,
            List<String> notes) {
        this.diskBytes = diskBytes;
        this.options = options;
        this.memory = memory;
        this.checksum = checksum;
        this.notes = notes;
        front = new Label[diskBytes.length];
        newest = new Label[diskBytes.length];
        problems = new String[diskBytes.length];
    }

    /** The newest label of all disks. */
    Label label() {
        return label;
    }

    List<MemberDisk> members() {
        return members;
    }

    @Override
    public List<DiskRead> next() {
        if (reads == null) {
            return read(false);
        }
        if (!atEnd) {
            takeFront();
            atEnd = true;
            return read(true);
        }
        takeEnd();
        choose();
        return List.of();
    }

    private List<DiskRead> read(boolean end) {
        memory.reset();
        reads = new ArrayList<>();
        for (int disk = 0; disk < diskBytes.length; disk++) {
            long offset = end ? endOffset(disk) : DiskLayout.FRONT_LABEL;
            if (offset >= 0 && offset + Label.BYTES <= diskBytes[disk]) {
                long address = memory.take(Label.BYTES);
                reads.add(new DiskRead(disk, offset, address, Label.BYTES));
            }
        }
        return reads;
    }

    private long endOffset(int disk) {
        return front[disk] == null
                ? DiskLayout.endLabel(diskBytes[disk] & -DiskLayout.UNIT)
                : DiskLayout.endLabel(front[disk].labelledBytes());
    }

    private void takeFront() {
        for (DiskRead read : reads) {
            front[read.disk()] = decode(read, "front");
            newest[read.disk()] = front[read.disk()];
        }
    }

    private void takeEnd() {
        for (DiskRead read : reads) {
            int disk = read.disk();
            Label end = decode(read, "end");
            if (end == null) {
                continue;
            }
            if (front[disk] == null || isNewer(end, front[disk])) {
                newest[disk] = end;
            }
            if (front[disk] != null && !front[disk].equals(end)) {
                notes.add(
                        "disk %d: the labels at its front and end differ, generations %d and %d"
                                .formatted(disk, front[disk].generation(), end.generation()));
            }
        }
        for (int disk = 0; disk < diskBytes.length; disk++) {
            if (newest[disk] != null && problems[disk] != null) {
                notes.add("disk %d: %s".formatted(disk, problems[disk]));
            }
        }
    }

    private static boolean isNewer(Label end, Label front) {
        return end.pool().equals(front.pool())
                && end.disk().equals(front.disk())
                && end.generation() > front.generation();
    }

    private Label decode(DiskRead read, String which) {
        try {
            Label found = Label.decode(checksum, read.address());
            if (found.labelledBytes() > diskBytes[read.disk()]) {
                throw new FormatException(
                        "label: the disk had %d bytes and now has %d"
                                .formatted(found.labelledBytes(), diskBytes[read.disk()]));
            }
            return found;
        } catch (FormatException e) {
            String magic =
                    BlockHeader.hasMagic(read.address(), BlockHeader.LABEL)
                            ? e.getMessage()
                            : "no label";
            String before = problems[read.disk()] == null ? "" : problems[read.disk()] + "; ";
            problems[read.disk()] = before + which + ": " + magic;
            return null;
        }
    }

    private void choose() {
        List<String> unlabelled = new ArrayList<>();
        for (int disk = 0; disk < diskBytes.length; disk++) {
            if (newest[disk] == null) {
                unlabelled.add("disk %d: %s".formatted(disk, problems[disk]));
            }
        }
        if (!unlabelled.isEmpty() || diskBytes.length == 0) {
            throw new LoadException(
                    LoadException.Kind.NO_LABEL,
                    unlabelled.isEmpty() ? List.of("no disks") : unlabelled);
        }
        for (Label candidate : newest) {
            label =
                    label == null || candidate.generation() > label.generation()
                            ? candidate
                            : label;
        }
        List<String> foreign = new ArrayList<>();
        int[] inputs = inputs(foreign);
        if (!foreign.isEmpty()) {
            throw new LoadException(LoadException.Kind.FOREIGN_DISK, foreign);
        }
        members = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (int index = 0; index < inputs.length; index++) {
            if (inputs[index] < 0) {
                missing.add(
                        "disk %d of pool \"%s\" is missing, disk UUID %s"
                                .formatted(
                                        index, label.poolName(), label.disks().get(index).uuid()));
            } else {
                members.add(new MemberDisk(inputs[index], newest[inputs[index]]));
            }
        }
        if (!missing.isEmpty()) {
            throw new LoadException(LoadException.Kind.MISSING_DISK, missing);
        }
    }

    /** Which of the given disks each of the pool's disks is, -1: none. */
    private int[] inputs(List<String> foreign) {
        int[] inputs = new int[label.disks().size()];
        Arrays.fill(inputs, -1);
        for (int disk = 0; disk < newest.length; disk++) {
            Label mine = newest[disk];
            String problem = foreignness(mine);
            if (problem == null && inputs[mine.diskIndex()] >= 0) {
                problem = "is the same as disk " + inputs[mine.diskIndex()];
            }
            if (problem != null) {
                foreign.add("disk %d %s".formatted(disk, problem));
                continue;
            }
            inputs[mine.diskIndex()] = disk;
            if (mine.generation() != label.generation()) {
                notes.add(
                        "disk %d: its label has generation %d, the newest %d"
                                .formatted(disk, mine.generation(), label.generation()));
            }
        }
        return inputs;
    }

    private String foreignness(Label mine) {
        UUID wanted = options.pool() == null ? label.pool() : options.pool();
        if (!mine.pool().equals(wanted)) {
            return "is of pool \"%s\", UUID %s, not of %s"
                    .formatted(mine.poolName(), mine.pool(), wanted);
        }
        if (options.name() != null && !mine.poolName().equals(options.name())) {
            return "is of pool \"%s\", not of \"%s\"".formatted(mine.poolName(), options.name());
        }
        if (mine.diskIndex() >= label.disks().size()
                || !label.disks().get(mine.diskIndex()).uuid().equals(mine.disk())) {
            return "has UUID %s, which the pool's newest label does not name"
                    .formatted(mine.disk());
        }
        if (mine.clusterBytes() != label.clusterBytes()
                || mine.blockBytes() != label.blockBytes()
                || !mine.poolName().equals(label.poolName())) {
            return "has a label that contradicts the newest one: clusters of %d bytes, blocks of %d"
                    .formatted(mine.clusterBytes(), mine.blockBytes());
        }
        return null;
    }
}
