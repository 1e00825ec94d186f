package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.invalid;
import static io.mayastor.server.grpc.Requests.require;

import io.mayastor.api.v1.StreamWipeOptions;
import io.mayastor.api.v1.WipeOptions;
import io.mayastor.api.v1.WipeOptions.CheckSumAlgorithm;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.server.pools.Wiper;

/**
 * How a device is gone over, in chunks after each of which the caller is told.
 *
 * @param pattern four bytes, the lowest first
 */
record WipePlan(Wiper.Method method, int pattern, long totalBytes, long chunkBytes) {
    static final int MAX_CHUNKS = 1023;
    private static final int DEFAULT_PATTERN = 0xdeadbeef;

    static WipePlan of(StreamWipeOptions options, BlockDevice device) {
        WipeOptions wipe = options.getOptions();
        Wiper.Method method = method(wipe);
        long total = device.blockCount() * device.blockSize();
        long chunk = options.getChunkSize() == 0 ? total : options.getChunkSize();
        require(
                chunk > 0 && chunk <= total,
                "wipe_options.chunk_size must be 0 (all at once) to %d bytes, the size of the"
                                .formatted(total)
                        + " replica, not "
                        + Long.toUnsignedString(chunk));
        require(
                chunk % device.blockSize() == 0,
                "wipe_options.chunk_size must be a multiple of %d bytes, not %d"
                        .formatted(device.blockSize(), chunk));
        int pattern = wipe.hasWritePattern() ? wipe.getWritePattern() : DEFAULT_PATTERN;
        WipePlan plan = new WipePlan(method, pattern, total, chunk);
        require(
                plan.chunks() <= MAX_CHUNKS,
                "wipe_options.chunk_size must make at most %d chunks, not %d"
                        .formatted(MAX_CHUNKS, plan.chunks()));
        return plan;
    }

    private static Wiper.Method method(WipeOptions wipe) {
        return switch (wipe.getWipeMethod()) {
            case NONE -> Wiper.Method.NOTHING;
            case WRITE_ZEROES -> Wiper.Method.WRITE_ZEROES;
            case UNMAP -> Wiper.Method.UNMAP;
            case WRITE_PATTERN -> Wiper.Method.WRITE_PATTERN;
            case CHECKSUM -> {
                require(
                        wipe.getCksumAlg() == CheckSumAlgorithm.Crc32c,
                        "wipe_options.options.cksum_alg must be Crc32c, not "
                                + wipe.getCksumAlgValue());
                yield Wiper.Method.CHECKSUM;
            }
            case UNRECOGNIZED ->
                    throw invalid(
                            "wipe_options.options.wipe_method must be NONE, WRITE_ZEROES, UNMAP,"
                                    + " WRITE_PATTERN or CHECKSUM, not "
                                    + wipe.getWipeMethodValue());
        };
    }

    long chunks() {
        return Math.ceilDiv(totalBytes, chunkBytes);
    }

    long lastChunkBytes() {
        return totalBytes - (chunks() - 1) * chunkBytes;
    }

    /** Where a chunk ends; chunks count from 1, and nothing is behind chunk 0. */
    long end(long chunk) {
        return Math.min(totalBytes, chunk * chunkBytes);
    }
}
