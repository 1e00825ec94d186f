package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.SortedMap;

/**
 * Log page Supported Log Pages, 1024 bytes: one dword per page identifier (Base 2.0 §5.16.1.1).
 *
 * <pre>
 * bit      0  LSUPP  page is supported
 * bit      1  IOS    LPO may be an index
 * bits 31:16  LIDSP  by page
 * </pre>
 *
 * @param pages page to dword, without pages that are not supported
 */
public record SupportedLogPages(SortedMap<Integer, Integer> pages) {
    public static final int LENGTH = OpcodeTable.LENGTH;

    /** LSUPP. */
    public static final int SUPPORTED = 1;

    /** IOS. */
    public static final int INDEX_OFFSET = 1 << 1;

    public SupportedLogPages {
        pages = OpcodeTable.copyOf(pages);
    }

    public static SupportedLogPages decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "supported log pages");
        return new SupportedLogPages(OpcodeTable.decode(memory, base));
    }

    public void encode(MemorySegment memory, long base) {
        OpcodeTable.encode(memory, base, pages);
    }
}
