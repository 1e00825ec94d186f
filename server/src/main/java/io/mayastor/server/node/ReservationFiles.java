package io.mayastor.server.node;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.target.ReservationStore;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** Persistent reservations of plain devices: one file per subsystem. */
final class ReservationFiles implements BiFunction<String, BlockDevice, ReservationStore> {
    private final Path directory;

    ReservationFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public ReservationStore apply(String nqn, BlockDevice device) {
        return ReservationStore.VOLATILE;
    }
}
