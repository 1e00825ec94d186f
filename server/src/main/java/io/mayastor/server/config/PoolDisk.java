package io.mayastor.server.config;

import java.nio.file.Path;

/** One entry of STORAGE_POOL. */
public record PoolDisk(String name, Path path) {}
