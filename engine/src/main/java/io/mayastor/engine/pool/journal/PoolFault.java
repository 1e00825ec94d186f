package io.mayastor.engine.pool.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a pool may still acknowledge anything. Owner thread: the pool's reactor.
 *
 * <p>Once set it stays set until the pool is opened anew; the first reason counts. What is told
 * runs inside {@link #set}.
 */
public final class PoolFault {
    private final List<Runnable> listeners = new ArrayList<>();
    private String reason;

    public boolean isSet() {
        return reason != null;
    }

    /** Why, or null while all is well. */
    public String reason() {
        return reason;
    }

    public void set(String why) {
        if (reason == null) {
            reason = why;
            listeners.forEach(Runnable::run);
        }
    }

    /** Told once; listeners are told in the order in which they came. */
    public void whenSet(Runnable listener) {
        listeners.add(listener);
    }
}
