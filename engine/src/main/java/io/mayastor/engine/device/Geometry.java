package io.mayastor.engine.device;

import java.util.OptionalLong;

/**
 * Size of a device that exists in memory only, from {@code size_mb} or {@code num_blocks} and
 * {@code blk_size}.
 *
 * @param blockSize bytes: 512 or 4096
 * @param blockCount at least 1
 */
record Geometry(int blockSize, long blockCount) {
    static final int DEFAULT_BLOCK_SIZE = 512;

    private static final int MIB_SHIFT = 20;
    private static final long MAX_MIB = 1L << 24;

    static Geometry of(DeviceUri uri) {
        int blockSize = (int) uri.blockSize().orElse(DEFAULT_BLOCK_SIZE);
        long maxBlocks = (MAX_MIB << MIB_SHIFT) / blockSize;
        OptionalLong mebibytes = uri.number("size_mb", 1, MAX_MIB);
        OptionalLong blocks = uri.number("num_blocks", 1, maxBlocks);
        if (mebibytes.isPresent() == blocks.isPresent()) {
            throw uri.invalid("give either size_mb or num_blocks");
        }
        return new Geometry(
                blockSize,
                blocks.orElseGet(() -> (mebibytes.getAsLong() << MIB_SHIFT) / blockSize));
    }

    long bytes() {
        return blockCount * blockSize;
    }
}
