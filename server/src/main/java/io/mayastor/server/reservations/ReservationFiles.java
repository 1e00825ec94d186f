package io.mayastor.server.reservations;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.target.ReservationStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The directory with the reservations of plain devices. A file is named after the device's UUID:
 * another device under the same name starts without reservations. Management threads.
 */
public final class ReservationFiles implements Function<BlockDevice, ReservationStore> {
    private static final String SUFFIX = ".reservations";

    private final Path directory;

    public ReservationFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens the store of a device; blocks.
     *
     * @throws IllegalStateException when what is there can not be read: to go on without it would
     *     give up what hosts rely on
     */
    @Override
    public ReservationStore apply(BlockDevice device) {
        try {
            return FileReservationStore.open(
                    directory.resolve(device.uuid() + SUFFIX),
                    task -> Thread.ofVirtual().name("reservations").start(task),
                    device.reactor()::execute);
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
