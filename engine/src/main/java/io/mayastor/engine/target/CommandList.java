package io.mayastor.engine.target;

/**
 * Doubly linked list of commands through their own links; a command is in at most one. Owner
 * thread: the reactor's.
 */
final class CommandList {
    private Command first;
    private Command last;
    private int size;

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    Command first() {
        return first;
    }

    void addLast(Command command) {
        if (command.list != null) {
            throw new IllegalStateException("command " + command.index + " is in a list already");
        }
        command.list = this;
        command.previous = last;
        command.next = null;
        if (last == null) {
            first = command;
        } else {
            last.next = command;
        }
        last = command;
        size++;
    }

    Command removeFirst() {
        Command command = first;
        if (command != null) {
            remove(command);
        }
        return command;
    }

    void remove(Command command) {
        if (command.list != this) {
            throw new IllegalStateException("command " + command.index + " is not in this list");
        }
        if (command.previous == null) {
            first = command.next;
        } else {
            command.previous.next = command.next;
        }
        if (command.next == null) {
            last = command.previous;
        } else {
            command.next.previous = command.previous;
        }
        command.next = null;
        command.previous = null;
        command.list = null;
        size--;
    }
}
