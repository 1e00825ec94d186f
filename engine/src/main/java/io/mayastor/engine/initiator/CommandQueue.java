package io.mayastor.engine.initiator;

/** First-in, first-out list of commands through their own link. Owner thread: the reactor's. */
final class CommandQueue {
    private Command first;
    private Command last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Command command) {
        command.next = null;
        if (last == null) {
            first = command;
        } else {
            last.next = command;
        }
        last = command;
    }

    /** Takes the oldest, or null. */
    Command poll() {
        Command command = first;
        if (command != null) {
            first = command.next;
            if (first == null) {
                last = null;
            }
            command.next = null;
        }
        return command;
    }
}
