package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads both root slots of each disk that holds metadata, first the beginning, which tells the
 * length, and chooses the valid root with the highest number.
 */
final class RootPhase implements LoadPhase {
    private final Label label;
    private final List<MemberDisk> members;
    private final LoadMemory memory;
    private final Checksum checksum;
    private final List<String> notes;
    private final List<String> problems = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, Long> newestOn = new HashMap<>();
    private boolean headsRead;
    private Root root;

    private record Slot(int disk, int number, DiskRead read) {}

    RootPhase(
            Label label,
            List<MemberDisk> members,
            LoadMemory memory,
            Checksum checksum,
            List<String> notes) {
        this.label = label;
        this.members = members;
        this.memory = memory;
        this.checksum = checksum;
        this.notes = notes;
    }

    Root root() {
        return root;
    }

    @Override
    public List<DiskRead> next() {
        if (slots.isEmpty()) {
            memory.reset();
            for (int disk = 0; disk < members.size(); disk++) {
                Label.Disk listed = label.disks().get(disk);
                for (int i = 0; listed.metadata() && !listed.lost() && i < 2; i++) {
                    slots.add(new Slot(disk, i, read(disk, i, DiskLayout.UNIT)));
                }
            }
            return reads();
        }
        List<Slot> longer = new ArrayList<>();
        for (Slot slot : slots) {
            int wanted = headsRead ? 0 : wantedBytes(slot.read.address());
            if (wanted > slot.read.length()) {
                longer.add(new Slot(slot.disk, slot.number, read(slot.disk, slot.number, wanted)));
            } else {
                take(slot);
            }
        }
        headsRead = true;
        slots.clear();
        slots.addAll(longer);
        if (!slots.isEmpty()) {
            return reads();
        }
        choose();
        return List.of();
    }

    private List<DiskRead> reads() {
        return slots.stream().map(Slot::read).toList();
    }

    private DiskRead read(int disk, int slot, int length) {
        return new DiskRead(
                members.get(disk).input(),
                DiskLayout.rootOffset(slot),
                memory.take(length),
                length);
    }

    private static int wantedBytes(long address) {
        int length = BlockHeader.length(address);
        boolean plausible =
                BlockHeader.hasMagic(address, BlockHeader.ROOT)
                        && length % DiskLayout.UNIT == 0
                        && length <= DiskLayout.MAX_ROOT;
        return plausible ? length : 0;
    }

    private void take(Slot slot) {
        try {
            Root found =
                    Root.decode(
                            checksum,
                            slot.read.address(),
                            slot.read.length(),
                            label.pool(),
                            slot.number,
                            label.clusterBytes());
            newestOn.merge(slot.disk, found.number(), Math::max);
            if (root == null || found.number() > root.number()) {
                root = found;
            }
        } catch (FormatException e) {
            String problem =
                    "disk %d root slot %d: %s".formatted(slot.disk, slot.number, e.getMessage());
            problems.add(problem);
            if (BlockHeader.hasMagic(slot.read.address(), BlockHeader.ROOT)) {
                notes.add(problem);
            }
        }
    }

    private void choose() {
        if (root == null) {
            throw new LoadException(LoadException.Kind.CORRUPT, problems);
        }
        for (int disk : root.copyDisks()) {
            if (disk >= members.size()) {
                throw new LoadException(
                        LoadException.Kind.CORRUPT,
                        "root %d has a copy on disk %d, the pool has %d disks"
                                .formatted(root.number(), disk, members.size()));
            }
            long newest = newestOn.getOrDefault(disk, 0L);
            if (newest != root.number()) {
                notes.add(
                        "disk %d: its newest root is %d, that of the pool %d"
                                .formatted(disk, newest, root.number()));
            }
        }
    }
}
