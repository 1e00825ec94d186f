package io.mayastor.engine.device;

import io.mayastor.engine.device.DeviceException.Kind;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Kernel.FileDescription;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.SystemCallException;
import java.io.IOException;

/**
 * A file or disk that is ours alone: block devices are claimed (O_EXCL, which mounted ones refuse),
 * files are locked (flock).
 *
 * @param alignBytes what offset, length and address of a transfer must be multiples of
 */
record OpenFile(int descriptor, int blockSize, long blockCount, int alignBytes, int bestIoBytes) {
    private static final int EISDIR = 21;
    private static final int ENXIO = 6;
    private static final int EROFS = 30;

    /**
     * Opens the file that the URI names and checks that its {@code blk_size} fits. Direct I/O, or
     * through the page cache where the file system has no other. Management threads, blocks.
     */
    static OpenFile open(Kernel kernel, DeviceUri uri) {
        int file = descriptor(kernel, uri, true);
        try {
            FileDescription description = kernel.describe(file);
            if (description.directAlignBytes() == 0) {
                int buffered = descriptor(kernel, uri, false);
                kernel.close(file);
                file = buffered;
                description = kernel.describe(file);
            }
            if (!description.blockDevice() && !kernel.lock(file)) {
                throw new DeviceException(
                        Kind.BUSY, "%s is locked by another process".formatted(uri.path()));
            }
            return describe(uri, file, description);
        } catch (DeviceException e) {
            kernel.close(file);
            throw e;
        } catch (IOException e) {
            kernel.close(file);
            throw refusal(uri, e);
        }
    }

    private static int descriptor(Kernel kernel, DeviceUri uri, boolean direct) {
        try {
            return kernel.open(uri.path(), new OpenMode(true, direct, true));
        } catch (SystemCallException e) {
            if (direct && e.errno() == Errno.EINVAL) {
                return descriptor(kernel, uri, false);
            }
            throw refusal(uri, e);
        } catch (IOException e) {
            throw refusal(uri, e);
        }
    }

    private static OpenFile describe(DeviceUri uri, int file, FileDescription description) {
        int align = Math.max(1, description.directAlignBytes());
        int least =
                Math.max(align, description.blockDevice() ? description.logicalBlockBytes() : 1);
        if (least > Memory.PAGE) {
            throw uri.invalid("it works in blocks of " + least + " bytes, the most is 4096");
        }
        int usual = least > Geometry.DEFAULT_BLOCK_SIZE ? Memory.PAGE : Geometry.DEFAULT_BLOCK_SIZE;
        int blockSize = (int) uri.blockSize().orElse(usual);
        if (blockSize < least) {
            throw uri.invalid("it works in blocks of %d bytes, use blk_size=4096".formatted(least));
        }
        long blocks = description.sizeBytes() / blockSize;
        if (blocks == 0) {
            throw uri.invalid(
                    "its %d bytes are too small, at least one block of %d is needed"
                            .formatted(description.sizeBytes(), blockSize));
        }
        int best = Math.max(blockSize, description.physicalBlockBytes());
        return new OpenFile(file, blockSize, blocks, align, best);
    }

    private static DeviceException refusal(DeviceUri uri, IOException cause) {
        int errno = cause instanceof SystemCallException refused ? refused.errno() : 0;
        String path = uri.path();
        return switch (errno) {
            case Errno.ENOENT ->
                    new DeviceException(
                            Kind.NOT_FOUND,
                            path.startsWith("/dev/")
                                    ? "there is no disk %s".formatted(path)
                                    : "there is no file %1$s, make one with: truncate -s 10G %1$s"
                                            .formatted(path),
                            cause);
            case Errno.ENODEV, ENXIO ->
                    new DeviceException(Kind.NOT_FOUND, "there is no disk behind " + path, cause);
            case Errno.EBUSY ->
                    new DeviceException(
                            Kind.BUSY, path + " is mounted or used by another process", cause);
            case EISDIR ->
                    new DeviceException(
                            Kind.INVALID_ARGUMENT,
                            path + " is a directory, name a file or a disk",
                            cause);
            case Errno.EACCES, Errno.EPERM, EROFS ->
                    new DeviceException(
                            Kind.INVALID_ARGUMENT, path + " may not be written to", cause);
            default -> new DeviceException(Kind.IO, path + ": " + cause.getMessage(), cause);
        };
    }
}
