package io.mayastor.server.node;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** SIGTERM and SIGINT: the first one asks for an ordered end, the second one ends at once. */
public final class StopSignal {
    private static final int EXIT_CODE_BASE = 128;

    private StopSignal() {}

    /**
     * @param onFirst runs on a thread of the JVM and must not block
     */
    public static void handle(Runnable onFirst) {
        AtomicBoolean came = new AtomicBoolean();
        for (String name : new String[] {"TERM", "INT"}) {
            var ignored =
                    Signal.handle(
                            new Signal(name),
                            signal -> {
                                if (came.getAndSet(true)) {
                                    Runtime.getRuntime().halt(EXIT_CODE_BASE + signal.getNumber());
                                }
                                onFirst.run();
                            });
        }
    }
}
