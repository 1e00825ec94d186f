package io.mayastor.cli.offline;

import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.SystemCallException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file or disk that is only read. While it is open no engine can take it, and it cannot be opened
 * while an engine has it. One thread.
 */
public final class OfflineDisk implements AutoCloseable {
    private final Path path;
    private final Kernel kernel;
    private final int claim;
    private final FileChannel channel;
    private final long bytes;
    private final boolean busy;
    private final Labels labels;

    private OfflineDisk(Path path, Kernel kernel, int claim, FileChannel channel)
            throws IOException {
        this.path = path;
        this.kernel = kernel;
        this.claim = claim;
        this.channel = channel;
        bytes = channel.size();
        busy = claim < 0;
        labels = Labels.read(this);
    }

    /**
     * Opens a disk to read it.
     *
     * @param name path, or a URI such as {@code aio:///path}
     */
    static OfflineDisk open(String name, Kernel kernel) {
        Path path = path(name);
        int claim = -1;
        try {
            claim = claim(path, kernel);
            return new OfflineDisk(
                    path, kernel, claim, FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException e) {
            if (claim >= 0) {
                kernel.close(claim);
            }
            throw new UnreadableException(path + " can not be opened: " + reason(e), e);
        }
    }

    private static Path path(String name) {
        if (!name.contains("://")) {
            return Path.of(name);
        }
        try {
            DeviceUri uri = DeviceUri.parse(name);
            if (uri.scheme().equals("aio") || uri.scheme().equals("uring")) {
                return Path.of(uri.path());
            }
        } catch (DeviceException e) {
            throw new UnreadableException(e.getMessage(), e);
        }
        throw new UnreadableException(name + ": only a file or a disk can be read here");
    }

    /** A descriptor that keeps engines away, as theirs keep us away; -1: one of them was first. */
    private static int claim(Path path, Kernel kernel) throws IOException {
        int file;
        try {
            file = kernel.open(path.toString(), new OpenMode(false, false, true));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EBUSY) {
                return -1;
            }
            throw e;
        }
        try {
            if (kernel.lock(file)) {
                return file;
            }
        } catch (IOException e) {
            kernel.close(file);
            throw e;
        }
        kernel.close(file);
        return -1;
    }

    private static String reason(IOException e) {
        return e instanceof SystemCallException refused
                ? Errno.describe(refused.errno())
                : e.getMessage();
    }

    public Path path() {
        return path;
    }

    long bytes() {
        return bytes;
    }

    /** Whether a process has it open for itself; what is read then may change under our eyes. */
    boolean isBusy() {
        return busy;
    }

    Labels labels() {
        return labels;
    }

    void read(long offset, long address, int length) throws IOException {
        ByteBuffer buffer = Memory.ALL.asSlice(address, length).asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("the disk ends there");
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnreadableException(path + ": " + e.getMessage(), e);
        } finally {
            if (claim >= 0) {
                kernel.close(claim);
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
