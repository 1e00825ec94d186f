package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Identify CNS 00h: a namespace of the NVM command set, 4096 bytes (NVM Command Set 1.0 §4.1.5.1).
 *
 * <pre>
 * field     offset  size     component                       unit
 * NSZE      0       8        sizeBlocks                      blocks
 * NCAP      8       8        capacityBlocks                  blocks that may be allocated
 * NUSE      16      8        usedBlocks                      blocks allocated
 * NSFEAT    24      1        features                        bit 0 thin, bit 1 own atomic units, bit 2 deallocated error, bit 3 identifiers not reused, bit 4 NPWG to NOWS given
 * NLBAF     25      1        lbaFormats                      number of formats, 0's based
 * FLBAS     26      1        formattedLba                    bits 3:0 format in use, bit 4 metadata with the data
 * MC        27      1        metadataCapabilities
 * DPC       28      1        protectionCapabilities
 * DPS       29      1        protection                      bits 2:0 type, 0 none
 * NMIC      30      1        sharing                         bit 0 several controllers may attach
 * RESCAP    31      1        reservationCapabilities         bit 0 persistence, bits 1–6 by type, bit 7 IEKEY as of 1.3
 * FPI       32      1        formatProgress
 * DLFEAT    33      1        deallocateFeatures              bits 2:0 deallocated blocks read: 1 zeros, 2 ones; bit 3 Write Zeroes deallocates
 * NAWUN     34      2        atomicWriteBlocks               blocks, 0's based
 * NAWUPF    36      2        atomicWritePowerFailBlocks      blocks, 0's based
 * NACWU     38      2        atomicCompareWriteBlocks        blocks, 0's based
 * NABSN     40      2        atomicBoundaryBlocks            blocks, 0's based
 * NABO      42      2        atomicBoundaryOffset            block
 * NABSPF    44      2        atomicBoundaryPowerFailBlocks   blocks, 0's based
 * NOIOB     46      2        optimalIoBoundaryBlocks         blocks, 0 none
 * NVMCAP    48      16       capacityBytes                   bytes
 * NPWG      64      2        preferredWriteBlocks            granularity, blocks, 0's based
 * NPWA      66      2        preferredWriteAlignment         blocks, 0's based
 * NPDG      68      2        preferredDeallocateBlocks       granularity, blocks, 0's based
 * NPDA      70      2        preferredDeallocateAlignment    blocks, 0's based
 * NOWS      72      2        optimalWriteBlocks              blocks, 0's based
 * ANAGRPID  92      4        anaGroup                        ANA group, 0 none
 * NSATTR    99      1        attributes                      bit 0 write protected
 * NVMSETID  100     2        nvmSet
 * ENDGID    102     2        enduranceGroup
 * NGUID     104     16       nguid                           identifier, all zeros none
 * EUI64     120     8        eui64                           identifier, 0 none
 * LBAF      128     64 × 4   lbaFormats                      {@link LbaFormat}
 * </pre>
 *
 * <p>An inactive namespace is all zeros: {@link #inactive()}. Made from a {@link Draft}.
 */
public record IdentifyNamespace(
        long sizeBlocks,
        long capacityBlocks,
        long usedBlocks,
        int features,
        int formattedLba,
        int metadataCapabilities,
        int protectionCapabilities,
        int protection,
        int sharing,
        int reservationCapabilities,
        int formatProgress,
        int deallocateFeatures,
        int atomicWriteBlocks,
        int atomicWritePowerFailBlocks,
        int atomicCompareWriteBlocks,
        int atomicBoundaryBlocks,
        int atomicBoundaryOffset,
        int atomicBoundaryPowerFailBlocks,
        int optimalIoBoundaryBlocks,
        long capacityBytes,
        int preferredWriteBlocks,
        int preferredWriteAlignment,
        int preferredDeallocateBlocks,
        int preferredDeallocateAlignment,
        int optimalWriteBlocks,
        int anaGroup,
        int attributes,
        int nvmSet,
        int enduranceGroup,
        UUID nguid,
        long eui64,
        List<LbaFormat> lbaFormats) {
    public static final int LENGTH = 4096;
    public static final int MAX_FORMATS = 64;

    private static final int NSZE = 0;
    private static final int NCAP = 8;
    private static final int NUSE = 16;
    private static final int NSFEAT = 24;
    private static final int FLBAS = 26;
    private static final int MC = 27;
    private static final int DPC = 28;
    private static final int DPS = 29;
    private static final int NMIC = 30;
    private static final int RESCAP = 31;
    private static final int FPI = 32;
    private static final int DLFEAT = 33;
    private static final int NAWUN = 34;
    private static final int NAWUPF = 36;
    private static final int NACWU = 38;
    private static final int NABSN = 40;
    private static final int NABO = 42;
    private static final int NABSPF = 44;
    private static final int NOIOB = 46;
    private static final int NVMCAP = 48;
    private static final int NPWG = 64;
    private static final int NPWA = 66;
    private static final int NPDG = 68;
    private static final int NPDA = 70;
    private static final int NOWS = 72;
    private static final int ANAGRPID = 92;
    private static final int NSATTR = 99;
    private static final int NVMSETID = 100;
    private static final int ENDGID = 102;
    private static final int NGUID = 104;
    private static final int EUI64 = 120;
    private static final int NLBAF = 25;
    private static final int LBAF = 128;

    // NSFEAT
    public static final int FEATURE_THIN = 1;
    public static final int FEATURE_ATOMIC = 1 << 1;
    public static final int FEATURE_DEALLOCATED_ERROR = 1 << 2;
    public static final int FEATURE_IDENTIFIERS_NOT_REUSED = 1 << 3;
    public static final int FEATURE_OPTIMAL_SIZES = 1 << 4;

    // NMIC
    public static final int SHARED = 1;

    // RESCAP
    public static final int RESERVATION_PERSISTS = 1;
    public static final int RESERVATION_ALL_TYPES = 0x7e;
    public static final int RESERVATION_IEKEY_1_3 = 1 << 7;

    // DLFEAT
    public static final int DEALLOCATED_READS_ZEROS = 1;
    public static final int WRITE_ZEROES_DEALLOCATES = 1 << 3;

    public IdentifyNamespace {
        if (lbaFormats.isEmpty() || lbaFormats.size() > MAX_FORMATS) {
            throw new IllegalArgumentException("%d LBA formats".formatted(lbaFormats.size()));
        }
        lbaFormats = List.copyOf(lbaFormats);
    }

    /** What Identify returns for an identifier without an active namespace. */
    public static IdentifyNamespace inactive() {
        return new Draft().toIdentifyNamespace();
    }

    public static IdentifyNamespace decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "Identify namespace");
        int formats = LittleEndian.u8(memory, base + NLBAF) + 1;
        if (formats > MAX_FORMATS) {
            throw new WireFormatException("namespace with %d LBA formats".formatted(formats));
        }
        Draft draft = new Draft();
        draft.sizeBlocks = LittleEndian.int64(memory, base + NSZE);
        draft.capacityBlocks = LittleEndian.int64(memory, base + NCAP);
        draft.usedBlocks = LittleEndian.int64(memory, base + NUSE);
        draft.features = LittleEndian.u8(memory, base + NSFEAT);
        draft.formattedLba = LittleEndian.u8(memory, base + FLBAS);
        draft.metadataCapabilities = LittleEndian.u8(memory, base + MC);
        draft.protectionCapabilities = LittleEndian.u8(memory, base + DPC);
        draft.protection = LittleEndian.u8(memory, base + DPS);
        draft.sharing = LittleEndian.u8(memory, base + NMIC);
        draft.reservationCapabilities = LittleEndian.u8(memory, base + RESCAP);
        draft.formatProgress = LittleEndian.u8(memory, base + FPI);
        draft.deallocateFeatures = LittleEndian.u8(memory, base + DLFEAT);
        draft.atomicWriteBlocks = LittleEndian.u16(memory, base + NAWUN);
        draft.atomicWritePowerFailBlocks = LittleEndian.u16(memory, base + NAWUPF);
        draft.atomicCompareWriteBlocks = LittleEndian.u16(memory, base + NACWU);
        draft.atomicBoundaryBlocks = LittleEndian.u16(memory, base + NABSN);
        draft.atomicBoundaryOffset = LittleEndian.u16(memory, base + NABO);
        draft.atomicBoundaryPowerFailBlocks = LittleEndian.u16(memory, base + NABSPF);
        draft.optimalIoBoundaryBlocks = LittleEndian.u16(memory, base + NOIOB);
        draft.capacityBytes = LittleEndian.saturated128(memory, base + NVMCAP);
        draft.preferredWriteBlocks = LittleEndian.u16(memory, base + NPWG);
        draft.preferredWriteAlignment = LittleEndian.u16(memory, base + NPWA);
        draft.preferredDeallocateBlocks = LittleEndian.u16(memory, base + NPDG);
        draft.preferredDeallocateAlignment = LittleEndian.u16(memory, base + NPDA);
        draft.optimalWriteBlocks = LittleEndian.u16(memory, base + NOWS);
        draft.anaGroup = LittleEndian.int32(memory, base + ANAGRPID);
        draft.attributes = LittleEndian.u8(memory, base + NSATTR);
        draft.nvmSet = LittleEndian.u16(memory, base + NVMSETID);
        draft.enduranceGroup = LittleEndian.u16(memory, base + ENDGID);
        draft.nguid = GlobalIdentifier.get128(memory, base + NGUID);
        draft.eui64 = GlobalIdentifier.get64(memory, base + EUI64);
        draft.lbaFormats = new ArrayList<>(formats);
        for (int i = 0; i < formats; i++) {
            draft.lbaFormats.add(
                    LbaFormat.decode(memory, base + LBAF + (long) i * LbaFormat.LENGTH));
        }
        return draft.toIdentifyNamespace();
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put64(memory, base + NSZE, sizeBlocks);
        LittleEndian.put64(memory, base + NCAP, capacityBlocks);
        LittleEndian.put64(memory, base + NUSE, usedBlocks);
        LittleEndian.put8(memory, base + NSFEAT, features);
        LittleEndian.put8(memory, base + FLBAS, formattedLba);
        LittleEndian.put8(memory, base + MC, metadataCapabilities);
        LittleEndian.put8(memory, base + DPC, protectionCapabilities);
        LittleEndian.put8(memory, base + DPS, protection);
        LittleEndian.put8(memory, base + NMIC, sharing);
        LittleEndian.put8(memory, base + RESCAP, reservationCapabilities);
        LittleEndian.put8(memory, base + FPI, formatProgress);
        LittleEndian.put8(memory, base + DLFEAT, deallocateFeatures);
        LittleEndian.put16(memory, base + NAWUN, atomicWriteBlocks);
        LittleEndian.put16(memory, base + NAWUPF, atomicWritePowerFailBlocks);
        LittleEndian.put16(memory, base + NACWU, atomicCompareWriteBlocks);
        LittleEndian.put16(memory, base + NABSN, atomicBoundaryBlocks);
        LittleEndian.put16(memory, base + NABO, atomicBoundaryOffset);
        LittleEndian.put16(memory, base + NABSPF, atomicBoundaryPowerFailBlocks);
        LittleEndian.put16(memory, base + NOIOB, optimalIoBoundaryBlocks);
        LittleEndian.put64(memory, base + NVMCAP, capacityBytes);
        LittleEndian.put16(memory, base + NPWG, preferredWriteBlocks);
        LittleEndian.put16(memory, base + NPWA, preferredWriteAlignment);
        LittleEndian.put16(memory, base + NPDG, preferredDeallocateBlocks);
        LittleEndian.put16(memory, base + NPDA, preferredDeallocateAlignment);
        LittleEndian.put16(memory, base + NOWS, optimalWriteBlocks);
        LittleEndian.put32(memory, base + ANAGRPID, anaGroup);
        LittleEndian.put8(memory, base + NSATTR, attributes);
        LittleEndian.put16(memory, base + NVMSETID, nvmSet);
        LittleEndian.put16(memory, base + ENDGID, enduranceGroup);
        GlobalIdentifier.put128(memory, base + NGUID, nguid);
        GlobalIdentifier.put64(memory, base + EUI64, eui64);
        LittleEndian.put8(memory, base + NLBAF, lbaFormats.size() - 1);
        for (int i = 0; i < lbaFormats.size(); i++) {
            lbaFormats.get(i).encode(memory, base + LBAF + (long) i * LbaFormat.LENGTH);
        }
    }

    /** The format in use; a wire value that names none is refused. */
    public LbaFormat currentFormat() {
        int index =
                (formattedLba & 0xf)
                        | (lbaFormats.size() > 16 ? formattedLba >>> 5 << 4 & 0x30 : 0);
        if (index >= lbaFormats.size()) {
            throw new WireFormatException(
                    "namespace uses LBA format %d of %d".formatted(index, lbaFormats.size()));
        }
        return lbaFormats.get(index);
    }

    /** Mutable precursor, one field per component; zero or absent until set. Owned by its maker. */
    public static final class Draft {
        public long sizeBlocks;
        public long capacityBlocks;
        public long usedBlocks;
        public int features;
        public int formattedLba;
        public int metadataCapabilities;
        public int protectionCapabilities;
        public int protection;
        public int sharing;
        public int reservationCapabilities;
        public int formatProgress;
        public int deallocateFeatures;
        public int atomicWriteBlocks;
        public int atomicWritePowerFailBlocks;
        public int atomicCompareWriteBlocks;
        public int atomicBoundaryBlocks;
        public int atomicBoundaryOffset;
        public int atomicBoundaryPowerFailBlocks;
        public int optimalIoBoundaryBlocks;
        public long capacityBytes;
        public int preferredWriteBlocks;
        public int preferredWriteAlignment;
        public int preferredDeallocateBlocks;
        public int preferredDeallocateAlignment;
        public int optimalWriteBlocks;
        public int anaGroup;
        public int attributes;
        public int nvmSet;
        public int enduranceGroup;
        public UUID nguid = GlobalIdentifier.NONE;
        public long eui64;
        public List<LbaFormat> lbaFormats = List.of(new LbaFormat(0, 0, 0));

        public IdentifyNamespace toIdentifyNamespace() {
            return new IdentifyNamespace(
                    sizeBlocks,
                    capacityBlocks,
                    usedBlocks,
                    features,
                    formattedLba,
                    metadataCapabilities,
                    protectionCapabilities,
                    protection,
                    sharing,
                    reservationCapabilities,
                    formatProgress,
                    deallocateFeatures,
                    atomicWriteBlocks,
                    atomicWritePowerFailBlocks,
                    atomicCompareWriteBlocks,
                    atomicBoundaryBlocks,
                    atomicBoundaryOffset,
                    atomicBoundaryPowerFailBlocks,
                    optimalIoBoundaryBlocks,
                    capacityBytes,
                    preferredWriteBlocks,
                    preferredWriteAlignment,
                    preferredDeallocateBlocks,
                    preferredDeallocateAlignment,
                    optimalWriteBlocks,
                    anaGroup,
                    attributes,
                    nvmSet,
                    enduranceGroup,
                    nguid,
                    eui64,
                    lbaFormats);
        }
    }
}
