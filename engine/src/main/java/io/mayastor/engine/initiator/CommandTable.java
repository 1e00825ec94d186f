package io.mayastor.engine.initiator;

/**
 * The commands in flight on one queue pair, by command identifier. Owner thread: the reactor's.
 *
 * <p>A command identifier is a slot (10 bits) and the slot's generation (6 bits), so that a late or
 * repeated response does not hit the slot's next user. FFFFh is never given out (Base 2.0
 * §3.3.3.1).
 */
final class CommandTable {
    /** Most slots of a table: with one more, slot 1023 could make FFFFh. */
    static final int MAX_SLOTS = 1022;

    private static final int SLOT_BITS = 10;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GENERATION_MASK = (1 << (Character.SIZE - SLOT_BITS)) - 1;

    private final Command[] commands;
    private final int[] generations;
    private final int[] free;
    private int freeCount;

    CommandTable(int slots) {
        if (slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("slots must be 1…" + MAX_SLOTS + ": " + slots);
        }
        commands = new Command[slots];
        generations = new int[slots];
        free = new int[slots];
        for (int i = 0; i < slots; i++) {
            free[i] = slots - 1 - i;
        }
        freeCount = slots;
    }

    static int slotOf(int commandId) {
        return commandId & SLOT_MASK;
    }

    int slots() {
        return commands.length;
    }

    boolean isFull() {
        return freeCount == 0;
    }

    int inUse() {
        return commands.length - freeCount;
    }

    /** Gives the command an identifier; the table must not be full. */
    void take(Command command) {
        int slot = free[--freeCount];
        commands[slot] = command;
        command.commandId = generations[slot] << SLOT_BITS | slot;
    }

    /** The command with this identifier, or null when none is in flight. */
    Command find(int commandId) {
        int slot = commandId & SLOT_MASK;
        if (slot >= commands.length) {
            return null;
        }
        Command command = commands[slot];
        return command != null && command.commandId == commandId ? command : null;
    }

    /** The command in a slot, or null. */
    Command inSlot(int slot) {
        return commands[slot];
    }

    void release(Command command) {
        int slot = command.commandId & SLOT_MASK;
        if (commands[slot] != command) {
            throw new IllegalStateException("command is not in slot " + slot);
        }
        commands[slot] = null;
        generations[slot] = (generations[slot] + 1) & GENERATION_MASK;
        free[freeCount++] = slot;
    }
}
