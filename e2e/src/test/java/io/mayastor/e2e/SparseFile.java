package io.mayastor.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that stand for disks. */
final class SparseFile {
    private SparseFile() {}

    /** A file of this size that reads zeros; one that exists stays as it is. */
    static Path at(Path path, int sizeMib) throws IOException {
        if (!Files.exists(path)) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength((long) sizeMib << 20);
            }
        }
        return path;
    }
}
