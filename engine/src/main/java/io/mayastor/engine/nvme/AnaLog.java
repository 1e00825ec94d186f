package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Log page Asymmetric Namespace Access (Base 2.0 §5.16.1.13).
 *
 * <pre>
 * field  offset  size  unit
 * CHNGC  0       8     change count
 * NAGD   8       2     group descriptors
 * -      10      6     reserved
 * AGD    16      …     {@link AnaGroup}, ascending
 * </pre>
 */
public record AnaLog(long changeCount, List<AnaGroup> groups) {
    public static final int HEADER_LENGTH = 16;

    public AnaLog {
        groups = List.copyOf(groups);
    }

    public static AnaLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, HEADER_LENGTH, "ANA log page");
        int count = LittleEndian.u16(memory, base + 8);
        WireFormatException.requireBytes(
                memory,
                base,
                HEADER_LENGTH + (long) count * AnaGroup.HEADER_LENGTH,
                "ANA log page");
        List<AnaGroup> groups = new ArrayList<>(count);
        long at = base + HEADER_LENGTH;
        for (int i = 0; i < count; i++) {
            AnaGroup group = AnaGroup.decode(memory, at);
            groups.add(group);
            at += group.byteLength();
        }
        return new AnaLog(LittleEndian.int64(memory, base), groups);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, HEADER_LENGTH);
        LittleEndian.put64(memory, base, changeCount);
        LittleEndian.put16(memory, base + 8, groups.size());
        long at = base + HEADER_LENGTH;
        for (AnaGroup group : groups) {
            group.encode(memory, at);
            at += group.byteLength();
        }
    }

    public long byteLength() {
        return groups.stream().mapToLong(AnaGroup::byteLength).sum() + HEADER_LENGTH;
    }

    /** What a host gets that sets {@link GetLogPageCommand#LSP_ANA_GROUPS_ONLY}. */
    public AnaLog groupsOnly() {
        return new AnaLog(changeCount, groups.stream().map(AnaGroup::withoutNamespaces).toList());
    }
}
