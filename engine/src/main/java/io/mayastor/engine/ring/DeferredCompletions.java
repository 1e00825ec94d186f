package io.mayastor.engine.ring;

/**
 * First-in first-out queue of completions that have come at a moment when they may not run: while
 * an operation is being prepared. Grows to the largest number ever waiting. Owner thread: the
 * ring's.
 */
final class DeferredCompletions {
    private long[] userData = new long[64];
    private int[] results = new int[64];
    private int[] flags = new int[64];
    private int head;
    private int size;

    int size() {
        return size;
    }

    void add(long operation, int result, int resultFlags) {
        if (size == userData.length) {
            grow();
        }
        int i = (head + size) & (userData.length - 1);
        userData[i] = operation;
        results[i] = result;
        flags[i] = resultFlags;
        size++;
    }

    long userData() {
        return userData[head];
    }

    int result() {
        return results[head];
    }

    int flags() {
        return flags[head];
    }

    void remove() {
        head = (head + 1) & (userData.length - 1);
        size--;
    }

    private void grow() {
        int length = userData.length;
        long[] newUserData = new long[2 * length];
        int[] newResults = new int[2 * length];
        int[] newFlags = new int[2 * length];
        for (int i = 0; i < size; i++) {
            int from = (head + i) & (length - 1);
            newUserData[i] = userData[from];
            newResults[i] = results[from];
            newFlags[i] = flags[from];
        }
        userData = newUserData;
        results = newResults;
        flags = newFlags;
        head = 0;
    }
}
