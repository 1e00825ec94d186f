package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.GlobalIdentifier;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.LbaFormat;
import io.mayastor.engine.nvme.NamespaceDescriptors;
import java.util.Optional;
import java.util.UUID;

/**
 * A namespace as its controller describes it.
 *
 * @param blockSize bytes; only 512 and 4096 without metadata can be used, see {@link #usable}
 * @param uuid its UUID, else its NGUID
 * @param anaGroup 0 = none
 * @param preferredIoBlocks best size and alignment of a write, at least 1
 */
public record RemoteNamespace(
        int id,
        int blockSize,
        int metadataBytes,
        long blockCount,
        Optional<UUID> uuid,
        int anaGroup,
        boolean readsZerosAfterDeallocate,
        int preferredIoBlocks) {
    private static final int DEALLOCATED_READ_MASK = 7;
    private static final int SMALLEST_SHIFT = 9;
    private static final int LARGEST_SHIFT = 30;

    static RemoteNamespace of(
            int id, IdentifyNamespace identify, Optional<NamespaceDescriptors> descriptors) {
        int format = identify.formattedLba() & 0xf;
        LbaFormat lba =
                format < identify.lbaFormats().size()
                        ? identify.lbaFormats().get(format)
                        : new LbaFormat(0, 0, 0);
        boolean sane = lba.blockShift() >= SMALLEST_SHIFT && lba.blockShift() <= LARGEST_SHIFT;
        Optional<UUID> nguid =
                Optional.of(identify.nguid()).filter(value -> !value.equals(GlobalIdentifier.NONE));
        return new RemoteNamespace(
                id,
                sane ? 1 << lba.blockShift() : 0,
                lba.metadataBytes(),
                identify.sizeBlocks(),
                descriptors
                        .flatMap(NamespaceDescriptors::uuid)
                        .or(() -> descriptors.flatMap(NamespaceDescriptors::nguid))
                        .or(() -> nguid),
                identify.anaGroup(),
                (identify.deallocateFeatures() & DEALLOCATED_READ_MASK)
                        == IdentifyNamespace.DEALLOCATED_READS_ZEROS,
                (identify.features() & IdentifyNamespace.FEATURE_OPTIMAL_SIZES) != 0
                        ? identify.optimalWriteBlocks() + 1
                        : 1);
    }

    /** Whether it can be a block device here. */
    public boolean usable() {
        return (blockSize == 512 || blockSize == 4096) && metadataBytes == 0 && blockCount > 0;
    }
}
