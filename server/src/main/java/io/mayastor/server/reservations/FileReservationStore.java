package io.mayastor.server.reservations;

import io.mayastor.engine.target.ReservationState;
import io.mayastor.engine.target.ReservationStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Reservations of one device in a file of {@link ReservationText}. Owner thread: the reactor of its
 * subsystem; it blocks on threads of its own.
 *
 * <p>Promises: after a power cut the file holds the state saved last, or the one whose save was
 * under way, never a mixture: a new file is written and synced beside the old one, takes its name,
 * and the directory is synced before the save is complete. No file stands for {@link
 * ReservationState#EMPTY}.
 */
public final class FileReservationStore implements ReservationStore {
    private static final Logger LOG = System.getLogger(FileReservationStore.class.getName());
    private static final String UNFINISHED = ".new";
    private static final int COMPLETION_ATTEMPTS = 1000;
    private static final long COMPLETION_RETRY_NANOS = 10_000_000;

    private final Path file;
    private final Path unfinished;
    private final ReservationState loaded;
    private final Executor blocking;
    private final Executor reactor;

    private FileReservationStore(
            Path file, ReservationState loaded, Executor blocking, Executor reactor) {
        this.file = file;
        this.unfinished = unfinished(file);
        this.loaded = loaded;
        this.blocking = blocking;
        this.reactor = reactor;
    }

    /**
     * Reads the file; blocks. The directory is made when it does not exist.
     *
     * @param blocking where files are written
     * @param reactor runs completions on the subsystem's reactor
     * @throws ReservationFileException when the file is damaged; it stays as it is
     */
    public static FileReservationStore open(Path file, Executor blocking, Executor reactor)
            throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.deleteIfExists(unfinished(file));
        return new FileReservationStore(file, read(file), blocking, reactor);
    }

    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    private static ReservationState read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return ReservationState.EMPTY;
        }
        try {
            return ReservationText.decode(bytes);
        } catch (IllegalArgumentException e) {
            throw new ReservationFileException(file, e);
        }
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public ReservationState load() {
        return loaded;
    }

    @Override
    public void save(ReservationState state, Completion completion) {
        try {
            blocking.execute(() -> write(state, completion));
        } catch (RejectedExecutionException e) {
            completion.saved(e);
        }
    }

    private void write(ReservationState state, Completion completion) {
        Exception failure = null;
        try {
            if (state.equals(ReservationState.EMPTY)) {
                Files.deleteIfExists(file);
            } else {
                writeUnfinished(ReservationText.encode(state));
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            }
            syncDirectory();
        } catch (IOException | RuntimeException e) {
            failure = new IOException("writing " + file + ": " + e, e);
        }
        complete(completion, failure);
    }

    private void writeUnfinished(byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** A reactor's inbox may be full for a moment; a command waits for this completion. */
    private void complete(Completion completion, Exception failure) {
        for (int attempt = 1; ; attempt++) {
            try {
                reactor.execute(() -> completion.saved(failure));
                return;
            } catch (RejectedExecutionException e) {
                if (attempt == COMPLETION_ATTEMPTS) {
                    LOG.log(
                            Level.ERROR,
                            "nobody hears that the reservations in " + file + " are saved",
                            e);
                    return;
                }
                LockSupport.parkNanos(COMPLETION_RETRY_NANOS);
            }
        }
    }
}
