package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.ControllerCapabilities;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.util.Optional;

/**
 * What one association's controller can take, from CAP and identify data.
 *
 * @param maxTransferBytes data of one command
 * @param inCapsuleBytes write data of an I/O capsule
 * @param writeZeroesBytes of one Write Zeroes; 0 = the command is not supported
 * @param deallocateBlocks of one Dataset Management range; 0 = not supported
 */
record ControllerLimits(
        int maxTransferBytes,
        int inCapsuleBytes,
        long writeZeroesBytes,
        long deallocateBlocks,
        boolean compare,
        boolean reservations,
        boolean volatileWriteCache) {
    /** Where the controller names no limit, and at most. */
    static final int MAX_TRANSFER_BYTES = 1 << 20;

    private static final int PAGE_SHIFT = 12;
    private static final int CAPSULE_UNIT = 16;
    private static final long MAX_RANGE_BLOCKS = 0xffff_ffffL;

    static ControllerLimits of(
            ControllerCapabilities capabilities,
            IdentifyController identify,
            Optional<IdentifyNvmController> nvm,
            int wantedInCapsuleBytes) {
        int pageShift = PAGE_SHIFT + capabilities.minPageShift();
        long capsule = (long) identify.commandCapsuleSize() * CAPSULE_UNIT - SubmissionEntry.LENGTH;
        boolean offsetZero = identify.inCapsuleOffset() == 0;
        return new ControllerLimits(
                (int) limit(identify.maxTransferShift(), pageShift, MAX_TRANSFER_BYTES),
                offsetZero ? Math.clamp(capsule, 0, wantedInCapsuleBytes) : 0,
                identify.supports(IdentifyController.NVM_WRITE_ZEROES)
                        ? limit(
                                nvm.map(IdentifyNvmController::writeZeroesSizeLimit).orElse(0),
                                pageShift,
                                Long.MAX_VALUE)
                        : 0,
                identify.supports(IdentifyController.NVM_DATASET_MANAGEMENT)
                        ? nvm.map(IdentifyNvmController::datasetRangeBlocks)
                                .filter(blocks -> blocks != 0)
                                .orElse(MAX_RANGE_BLOCKS)
                        : 0,
                identify.supports(IdentifyController.NVM_COMPARE),
                identify.supports(IdentifyController.NVM_RESERVATIONS),
                (identify.volatileWriteCache() & IdentifyController.CACHE_PRESENT) != 0);
    }

    /** 2^shift pages; 0 = no limit. */
    private static long limit(int shift, int pageShift, long most) {
        return shift == 0 || shift + pageShift > 62
                ? most
                : Math.min(1L << (shift + pageShift), most);
    }
}
