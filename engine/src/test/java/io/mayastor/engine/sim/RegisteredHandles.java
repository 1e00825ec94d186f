package io.mayastor.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Files registered with one ring: numbers far from any descriptor, each holding its file open. */
final class RegisteredHandles {
    private static final int FIRST = 0x4000_0000;

    private final List<Descriptor> slots = new ArrayList<>();

    static boolean isHandle(int file) {
        return file >= FIRST;
    }

    int add(Descriptor descriptor) {
        descriptor.retain();
        int slot = slots.indexOf(null);
        if (slot < 0) {
            slot = slots.size();
            slots.add(null);
        }
        slots.set(slot, descriptor);
        return FIRST + slot;
    }

    /** The file behind a handle; null for a number that was never given. */
    Descriptor get(int handle) {
        return handle - FIRST < slots.size() ? slots.get(handle - FIRST) : null;
    }

    void remove(int handle) {
        Descriptor descriptor = get(handle);
        if (descriptor == null) {
            throw new IllegalStateException("not registered: " + handle);
        }
        slots.set(handle - FIRST, null);
        descriptor.release();
    }

    void clear() {
        slots.stream().filter(Objects::nonNull).forEach(Descriptor::release);
        slots.clear();
    }
}
