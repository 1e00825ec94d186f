package io.mayastor.server.reservations;

import java.io.IOException;
import java.nio.file.Path;

/** A reservation file that does not say what it was written to say. */
public final class ReservationFileException extends IOException {
    ReservationFileException(Path file, Exception cause) {
        super(
                "reservations in "
                        + file
                        + " can not be read: "
                        + cause.getMessage()
                        + "; restore the file, or remove it, upon which every host has to register"
                        + " anew",
                cause);
    }
}
