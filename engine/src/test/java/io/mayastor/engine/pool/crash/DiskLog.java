package io.mayastor.engine.pool.crash;

import io.mayastor.engine.sim.DiskObserver;
import io.mayastor.engine.sim.SimulatedDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the disks of a pool were given, in order. */
final class DiskLog {
    /** What happened. */
    enum Kind {
        WRITE_STARTED,
        CLEAR_STARTED,
        ENDED,
        STORED,
        CLEARED,
        FLUSHED
    }

    /** Something that happened to a disk; the fields that do not concern it are 0. */
    static final class Event {
        final Kind kind;
        final int disk;
        final long moment;
        long change;
        long sequence;
        long offset;
        long length;
        byte[] bytes;
        boolean durable;
        int contents;

        Event(Kind kind, int disk, long moment) {
            this.kind = kind;
            this.disk = disk;
            this.moment = moment;
        }

        @Override
        public String toString() {
            return "%s disk %d at %d+%d %s"
                    .formatted(kind, disk, offset, length, Contents.text(contents));
        }
    }

    final List<Event> events = new ArrayList<>();
    private final History history;
    private final Map<Long, Event> started = new HashMap<>();

    DiskLog(History history) {
        this.history = history;
    }

    /** Records what happens to this disk from now on. */
    void record(int index, SimulatedDisk disk) {
        disk.observe(new Recorder(index));
    }

    private final class Recorder implements DiskObserver {
        private final int disk;

        Recorder(int disk) {
            this.disk = disk;
        }

        private Event add(Kind kind) {
            Event event = new Event(kind, disk, history.tick());
            events.add(event);
            return event;
        }

        @Override
        public void writeStarted(long change, long offset, byte[] bytes) {
            Event event = add(Kind.WRITE_STARTED);
            event.change = change;
            event.offset = offset;
            event.length = bytes.length;
            event.bytes = bytes;
            event.contents = Contents.of(bytes);
            started.put(offset << 4 | disk, event);
        }

        @Override
        public void clearStarted(long change, long offset, long length) {
            Event event = add(Kind.CLEAR_STARTED);
            event.change = change;
            event.offset = offset;
            event.length = length;
            event.contents = Contents.CLEARING;
        }

        @Override
        public void ended(long change) {
            add(Kind.ENDED).change = change;
        }

        @Override
        public void stored(long sequence, long offset, byte[] bytes, boolean durable) {
            Event event = add(Kind.STORED);
            event.sequence = sequence;
            event.offset = offset;
            event.length = bytes.length;
            Event start = started.get(offset << 4 | disk);
            boolean same = start != null && Arrays.equals(start.bytes, bytes);
            event.bytes = same ? start.bytes : bytes;
            event.contents = same ? start.contents : Contents.of(bytes);
            event.durable = durable;
        }

        @Override
        public void cleared(long sequence, long offset, long length) {
            Event event = add(Kind.CLEARED);
            event.sequence = sequence;
            event.offset = offset;
            event.length = length;
            event.contents = Contents.CLEARING;
        }

        @Override
        public void flushed(long sequence) {
            add(Kind.FLUSHED).sequence = sequence;
        }
    }
}
