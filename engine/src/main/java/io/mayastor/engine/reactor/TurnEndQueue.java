package io.mayastor.engine.reactor;

import java.util.Arrays;

/** The tasks of one turn, in the order in which they came. Owner thread: the reactor's. */
final class TurnEndQueue {
    private TurnEndTask[] tasks = new TurnEndTask[256];
    private int size;

    void add(TurnEndTask task) {
        if (!task.markWaiting()) {
            return;
        }
        if (size == tasks.length) {
            tasks = Arrays.copyOf(tasks, size * 2);
        }
        tasks[size++] = task;
    }

    /** Runs what waits, and what these tasks add, once each. */
    void run() {
        for (int i = 0; i < size; i++) {
            TurnEndTask task = tasks[i];
            tasks[i] = null;
            task.runNow();
        }
        size = 0;
    }
}
