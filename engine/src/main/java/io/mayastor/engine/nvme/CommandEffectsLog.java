package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.SortedMap;

/**
 * Log page Commands Supported and Effects, 4096 bytes (Base 2.0 §5.16.1.6).
 *
 * <pre>
 * field  offset  size     unit
 * ACS    0       256 × 4  effects of admin commands by opcode
 * IOCS   1024    256 × 4  effects of I/O commands by opcode
 * -      2048    2048     reserved
 * </pre>
 *
 * @param admin opcode to effects, without commands that are not supported
 * @param io likewise for I/O commands
 */
public record CommandEffectsLog(SortedMap<Integer, Integer> admin, SortedMap<Integer, Integer> io) {
    public static final int LENGTH = 4096;

    /** CSUPP: the command is supported. */
    public static final int SUPPORTED = 1;

    /** LBCC: changes contents of blocks. */
    public static final int CHANGES_CONTENT = 1 << 1;

    /** NCC: changes capabilities of a namespace. */
    public static final int CHANGES_NAMESPACE = 1 << 2;

    /** NIC: changes the inventory of namespaces. */
    public static final int CHANGES_INVENTORY = 1 << 3;

    /** CCC: changes capabilities of the controller. */
    public static final int CHANGES_CONTROLLER = 1 << 4;

    public CommandEffectsLog {
        admin = OpcodeTable.copyOf(admin);
        io = OpcodeTable.copyOf(io);
    }

    public static CommandEffectsLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "command effects log page");
        return new CommandEffectsLog(
                OpcodeTable.decode(memory, base),
                OpcodeTable.decode(memory, base + OpcodeTable.LENGTH));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        OpcodeTable.encode(memory, base, admin);
        OpcodeTable.encode(memory, base + OpcodeTable.LENGTH, io);
    }
}
