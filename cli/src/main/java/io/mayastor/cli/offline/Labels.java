package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.ring.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Both labels of a disk; of each the label, or null and what is wrong there. To show them, and to
 * put disks into order: which one counts is decided by the loader.
 */
record Labels(Label front, String frontProblem, Label end, String endProblem) {
    private record Found(Label label, String problem) {}

    static Labels read(OfflineDisk disk) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(Label.BYTES, Memory.PAGE).address();
            Found front = read(disk, DiskLayout.FRONT_LABEL, address);
            long end =
                    front.label == null
                            ? DiskLayout.endLabel(disk.bytes() & -DiskLayout.UNIT)
                            : DiskLayout.endLabel(front.label.labelledBytes());
            Found last = read(disk, end, address);
            return new Labels(front.label, front.problem, last.label, last.problem);
        }
    }

    private static Found read(OfflineDisk disk, long offset, long address) {
        if (offset < 0 || offset + Label.BYTES > disk.bytes()) {
            return new Found(null, "the disk ends before it");
        }
        try {
            disk.read(offset, address, Label.BYTES);
            return new Found(Label.decode(new Checksum(), address), null);
        } catch (IOException | FormatException e) {
            return new Found(null, e.getMessage());
        }
    }

    /** The label with the higher generation, or null. */
    Label newest() {
        if (front == null || end == null) {
            return front == null ? end : front;
        }
        return end.generation() > front.generation() ? end : front;
    }
}
