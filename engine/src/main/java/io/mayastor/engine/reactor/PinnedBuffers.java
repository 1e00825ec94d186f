package io.mayastor.engine.reactor;

import java.util.Arrays;

/**
 * Buffers that a device may still touch although their owner has been told that the request failed.
 * Freed ones wait here until the last pin is gone. Few and rare: only stalled disks pin. Owner
 * thread: the reactor's.
 */
final class PinnedBuffers {
    private long[] pins = new long[16];
    private int pinCount;
    private long[] freed = new long[16];
    private int[] freedBytes = new int[16];
    private int freedCount;

    boolean isEmpty() {
        return pinCount == 0;
    }

    void pin(long address) {
        if (pinCount == pins.length) {
            pins = Arrays.copyOf(pins, pinCount * 2);
        }
        pins[pinCount++] = address;
    }

    void unpin(long address) {
        for (int i = 0; i < pinCount; i++) {
            if (pins[i] == address) {
                pins[i] = pins[--pinCount];
                return;
            }
        }
        throw new IllegalStateException("not pinned: 0x%x".formatted(address));
    }

    boolean touches(long address, int lengthBytes) {
        for (int i = 0; i < pinCount; i++) {
            if (pins[i] >= address && pins[i] < address + lengthBytes) {
                return true;
            }
        }
        return false;
    }

    /** Keeps a buffer that its owner has freed. */
    void keep(long address, int lengthBytes) {
        if (freedCount == freed.length) {
            freed = Arrays.copyOf(freed, freedCount * 2);
            freedBytes = Arrays.copyOf(freedBytes, freedCount * 2);
        }
        freed[freedCount] = address;
        freedBytes[freedCount++] = lengthBytes;
    }

    /** Frees what nobody pins any more. */
    void release(BufferArena arena) {
        int kept = 0;
        int before = freedCount;
        for (int i = 0; i < before; i++) {
            if (touches(freed[i], freedBytes[i])) {
                freed[kept] = freed[i];
                freedBytes[kept++] = freedBytes[i];
            } else {
                arena.giveBack(freed[i], freedBytes[i]);
            }
        }
        freedCount = kept;
    }
}
