package io.mayastor.server.node;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.server.reservations.FileReservationStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * Persistent reservations of plain devices: one file per device, named by its UUID. Blocks, so for
 * management threads.
 */
final class ReservationFiles implements BiFunction<String, BlockDevice, ReservationStore> {
    private static final String SUFFIX = ".reservations";

    private final Path directory;

    ReservationFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public ReservationStore apply(String nqn, BlockDevice device) {
        try {
            return FileReservationStore.open(
                    directory.resolve(device.uuid() + SUFFIX),
                    Thread::startVirtualThread,
                    device.reactor()::execute);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
