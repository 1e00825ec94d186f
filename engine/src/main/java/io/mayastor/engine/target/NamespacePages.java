package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyIndependentNamespace;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.LbaFormat;
import io.mayastor.engine.nvme.NamespaceDescriptors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What Identify tells of a namespace (Base 2.0 §5.17.2, NVM Command Set 1.0 §4.1.5). Stateless;
 * runs on the subsystem's reactor.
 */
final class NamespacePages {
    private static final int MAX_BLOCKS_SHIFT = 16;
    private static final int PAGE_SHIFT = 12;
    private static final int DEALLOCATE_RANGES = 16;
    private static final long DEALLOCATE_BYTES = 1 << 30;
    private static final int MAX_PREFERRED_BLOCKS = 1 << 16;

    private NamespacePages() {}

    static IdentifyNamespace namespace(Namespace namespace) {
        BlockDevice device = namespace.device();
        IdentifyNamespace.Draft draft = new IdentifyNamespace.Draft();
        draft.sizeBlocks = device.blockCount();
        draft.capacityBlocks = device.blockCount();
        draft.usedBlocks = device.blockCount();
        draft.capacityBytes = device.blockCount() << namespace.blockShift();
        draft.lbaFormats = List.of(new LbaFormat(0, namespace.blockShift(), 0));
        draft.sharing = IdentifyNamespace.SHARED;
        draft.reservationCapabilities = namespace.reservations().capabilities();
        draft.deallocateFeatures = deallocateFeatures(device);
        draft.anaGroup = ControllerPage.ANA_GROUP;
        draft.nguid = namespace.uuid();
        preferredSizes(device, draft);
        return draft.toIdentifyNamespace();
    }

    private static int deallocateFeatures(BlockDevice device) {
        return device.readsZerosAfterDeallocate()
                ? IdentifyNamespace.DEALLOCATED_READS_ZEROS
                        | IdentifyNamespace.WRITE_ZEROES_DEALLOCATES
                : 0;
    }

    private static void preferredSizes(BlockDevice device, IdentifyNamespace.Draft draft) {
        int blocks = Math.min(device.preferredIoBlocks(), MAX_PREFERRED_BLOCKS);
        if (blocks > 1) {
            draft.features = IdentifyNamespace.FEATURE_OPTIMAL_SIZES;
            draft.preferredWriteBlocks = blocks - 1;
            draft.preferredWriteAlignment = blocks - 1;
            draft.preferredDeallocateBlocks = blocks - 1;
            draft.preferredDeallocateAlignment = blocks - 1;
            draft.optimalWriteBlocks = blocks - 1;
        }
    }

    static IdentifyIndependentNamespace independent(Namespace namespace) {
        return new IdentifyIndependentNamespace(
                0,
                IdentifyNamespace.SHARED,
                namespace.reservations().capabilities(),
                0,
                ControllerPage.ANA_GROUP,
                0,
                0,
                0,
                IdentifyIndependentNamespace.STATUS_READY);
    }

    static NamespaceDescriptors descriptors(Namespace namespace) {
        return new NamespaceDescriptors(
                OptionalLong.empty(),
                Optional.of(namespace.uuid()),
                Optional.of(namespace.uuid()),
                OptionalInt.of(IdentifyCommand.CSI_NVM));
    }

    /**
     * Limits of single commands, so that the mkfs of a large volume sends many commands instead of
     * a few that outlast the host's time-out: deallocate at most 1 GiB at a time; Write Zeroes and
     * Verify as much as their 16-bit block count can say, since Linux takes the limit as it stands
     * and would cut the count of a longer command off.
     */
    static IdentifyNvmController limits(Namespace namespace) {
        int countedShift = MAX_BLOCKS_SHIFT + namespace.blockShift() - PAGE_SHIFT;
        long totalBlocks = DEALLOCATE_BYTES >>> namespace.blockShift();
        return new IdentifyNvmController(
                countedShift,
                countedShift,
                0,
                DEALLOCATE_RANGES,
                totalBlocks / DEALLOCATE_RANGES,
                totalBlocks);
    }
}
