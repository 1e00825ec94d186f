package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;

/**
 * The ring's table of registered files, which saves the kernel reference counting per operation. A
 * handle is a table index with {@link #HANDLE} set, a bit that no descriptor has. Owner thread: the
 * ring's.
 */
final class RegisteredFiles {
    static final int HANDLE = 1 << 30;

    private static final int CAPACITY = 512;

    private final UringDescriptor ring;
    private final long update;
    private final int[] free = new int[CAPACITY];
    private int freeCount;
    private boolean created;

    RegisteredFiles(UringDescriptor ring, Arena arena) {
        this.ring = ring;
        this.update = arena.allocate(RSRC_SIZE + 8, 8).address();
    }

    static boolean isHandle(int file) {
        return (file & HANDLE) != 0;
    }

    /**
     * Returns the handle, or the descriptor itself when the kernel has no room or no such table.
     */
    int register(int descriptor) {
        if (!isOffered()) {
            return descriptor;
        }
        int slot = free[--freeCount];
        if (set(slot, descriptor) == 1) {
            return HANDLE | slot;
        }
        freeCount++;
        return descriptor;
    }

    /** Whether the table is there and has room. */
    boolean isOffered() {
        if (!created) {
            created = true;
            create();
        }
        return freeCount > 0;
    }

    void unregister(int handle) {
        int slot = handle & ~HANDLE;
        set(slot, -1);
        free[freeCount++] = slot;
    }

    private void create() {
        Memory.zero(update, RSRC_SIZE);
        Memory.putInt(update, CAPACITY);
        Memory.putInt(update + 4, RSRC_REGISTER_SPARSE);
        if (ring.register(REGISTER_FILES2, update, RSRC_SIZE) == 0) {
            for (int slot = CAPACITY - 1; slot >= 0; slot--) {
                free[freeCount++] = slot;
            }
        }
    }

    private int set(int slot, int descriptor) {
        long number = update + RSRC_SIZE;
        Memory.putInt(number, descriptor);
        Memory.zero(update, 16);
        Memory.putInt(update, slot);
        Memory.putLong(update + 8, number);
        return ring.register(REGISTER_FILES_UPDATE, update, 1);
    }
}
