package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Get Features and Set Features (Base 2.0 §5.15, §5.27).
 *
 * <pre>
 * field  place        meaning
 * FID    CDW10  7:0   {@link Feature}
 * SEL    CDW10  10:8  Get: 0 current, 1 default, 2 saved, 3 supported capabilities
 * SV     CDW10  31    Set: save the value
 * value  CDW11        by feature, see {@link FeatureValue}
 * UIDX   CDW14  6:0   UUID index
 * </pre>
 *
 * <p>Get returns the value in DW0 of the completion, or with SEL 3 the {@code CAPABILITY_…} bits.
 */
public final class FeaturesCommand {
    public static final int SELECT_CURRENT = 0;
    public static final int SELECT_DEFAULT = 1;
    public static final int SELECT_SAVED = 2;
    public static final int SELECT_CAPABILITIES = 3;

    /** DW0 of Get with SEL 3: the value can be saved. */
    public static final int CAPABILITY_SAVEABLE = 1;

    /** DW0 of Get with SEL 3: each namespace has its own value. */
    public static final int CAPABILITY_PER_NAMESPACE = 1 << 1;

    /** DW0 of Get with SEL 3: the value can be changed. */
    public static final int CAPABILITY_CHANGEABLE = 1 << 2;

    private static final int SAVE = 1 << 31;

    private FeaturesCommand() {}

    public static int feature(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) & 0xff;
    }

    public static int select(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 8 & 7;
    }

    public static boolean save(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw10(memory, base) & SAVE) != 0;
    }

    public static int value(MemorySegment memory, long base) {
        return SubmissionEntry.cdw11(memory, base);
    }

    /** Writes the whole submission entry of Get Features, without data. */
    public static void encodeGet(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int feature,
            int select,
            int value) {
        SubmissionEntry.encode(memory, base, AdminOpcode.GET_FEATURES, commandId, namespaceId);
        SubmissionEntry.setCdw10(memory, base, feature | (select & 7) << 8);
        SubmissionEntry.setCdw11(memory, base, value);
    }

    /** Writes the whole submission entry of Set Features, without data. */
    public static void encodeSet(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int feature,
            boolean save,
            int value) {
        SubmissionEntry.encode(memory, base, AdminOpcode.SET_FEATURES, commandId, namespaceId);
        SubmissionEntry.setCdw10(memory, base, feature | (save ? SAVE : 0));
        SubmissionEntry.setCdw11(memory, base, value);
    }
}
