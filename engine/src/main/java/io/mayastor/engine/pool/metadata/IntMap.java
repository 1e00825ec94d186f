package io.mayastor.engine.pool.metadata;

/** From numbers that are not negative to numbers, by open addressing; allocates only to grow. */
final class IntMap {
    static final int NONE = -1;

    private int[] keys = new int[32]; // key + 1, 0: empty
    private int[] values = new int[32];
    private int size;

    int get(int key) {
        int at = find(key);
        return keys[at] == 0 ? NONE : values[at];
    }

    void put(int key, int value) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int at = find(key);
        if (keys[at] == 0) {
            keys[at] = key + 1;
            size++;
        }
        values[at] = value;
    }

    void remove(int key) {
        int hole = find(key);
        if (keys[hole] == 0) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        for (int at = hole + 1 & mask; keys[at] != 0; at = at + 1 & mask) {
            int home = home(keys[at]);
            if ((at - home & mask) >= (at - hole & mask)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        keys[hole] = 0;
    }

    long memoryBytes() {
        return 8L * keys.length;
    }

    private int find(int key) {
        int at = home(key + 1);
        while (keys[at] != 0 && keys[at] != key + 1) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private int home(int stored) {
        return (stored * 0x9E3779B1 >>> 7) & keys.length - 1;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = new int[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i] - 1);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
