package io.mayastor.engine.ring;

/** Remembers how one operation ended. */
public final class Outcome implements Completion {
    private int times;
    private int result;
    private int flags;

    @Override
    public void complete(int result, int flags) {
        times++;
        this.result = result;
        this.flags = flags;
    }

    public boolean isThere() {
        return times > 0;
    }

    public int times() {
        return times;
    }

    public int result() {
        return result;
    }

    public int buffer() {
        return SharedBuffers.bufferOf(flags);
    }
}
