package io.mayastor.engine.pool.metadata;

/** Reads a disk at once, for tools and tests. */
@FunctionalInterface
public interface DiskReader {
    /**
     * @param disk index among the disks that are looked at
     * @param offset byte offset on that disk
     * @param address where the bytes go
     */
    void read(int disk, long offset, long address, int length);
}
