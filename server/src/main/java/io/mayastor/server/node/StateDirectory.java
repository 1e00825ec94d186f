package io.mayastor.server.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory with this node's state, held by one engine at a time. */
final class StateDirectory implements AutoCloseable {
    private static final System.Logger LOG =
            System.getLogger(StateDirectory.class.getPackageName());

    private final FileChannel lockFile;

    private StateDirectory(FileChannel lockFile) {
        this.lockFile = lockFile;
    }

    static StateDirectory open(Path directory) throws StartException {
        try {
            Files.createDirectories(directory);
            FileChannel file =
                    FileChannel.open(
                            directory.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!lock(file)) {
                file.close();
                throw new StartException(
                        "another engine uses "
                                + directory
                                + "; stop it, or give this one its own with --state-dir");
            }
            return new StateDirectory(file);
        } catch (AccessDeniedException e) {
            throw new StartException(
                    "no permission to write "
                            + e.getFile()
                            + "; run as root, or choose a directory with --state-dir",
                    e);
        } catch (IOException e) {
            throw new StartException(
                    "the state directory "
                            + directory
                            + " can not be used: "
                            + e
                            + "; choose another with --state-dir",
                    e);
        }
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the state directory's lock file: " + e);
        }
    }
}
