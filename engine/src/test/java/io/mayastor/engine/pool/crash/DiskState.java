package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.crash.CrashCoverage.Fate;
import io.mayastor.engine.pool.crash.DiskLog.Event;
import io.mayastor.engine.pool.crash.DiskLog.Kind;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A disk as the log goes on: what readers see, what is durable, and what lies in between. */
final class DiskState {
    private static final int UNIT = 4096;

    /** How the writes of a point that may have happened are decided. */
    private enum Choice {
        NONE,
        ALL,
        WRITES,
        PARTS,
        UP_TO
    }

    private final int atomicBytes;
    private final DiskImage visible;
    private final DiskImage durable;
    private final ArrayDeque<Event> unflushed = new ArrayDeque<>();
    private final Map<Long, Event> inFlight = new LinkedHashMap<>();

    /**
     * @param atomicBytes what a power cut never tears
     */
    DiskState(Arena arena, byte[][] content, int atomicBytes) {
        this.atomicBytes = atomicBytes;
        visible = new DiskImage(arena, content);
        durable = new DiskImage(arena, content);
    }

    long sizeBytes() {
        return visible.sizeBytes();
    }

    void apply(Event event) {
        switch (event.kind) {
            case WRITE_STARTED, CLEAR_STARTED -> inFlight.put(event.change, event);
            case ENDED -> inFlight.remove(event.change);
            case STORED, CLEARED -> {
                store(visible, event);
                unflushed.add(event);
            }
            case FLUSHED -> {
                while (!unflushed.isEmpty() && unflushed.peek().sequence < event.sequence) {
                    store(durable, unflushed.poll());
                }
            }
        }
    }

    private static void store(DiskImage image, Event event) {
        if (event.bytes == null) {
            image.zero(event.offset, event.length);
        } else {
            image.write(event.offset, event.bytes, 0, event.bytes.length);
        }
    }

    /** The disk after a crash; {@link #back} ends the look. */
    DiskImage after(Crash crash, boolean exactly, SplittableRandom random, CrashCoverage coverage) {
        DiskImage image = crash == Crash.PROCESS ? visible : durable;
        image.begin();
        if (exactly) {
            inFlight.values().forEach(event -> coverage.cut(crash, Fate.ABSENT, event.contents));
            return image;
        }
        Choice[] choices = Choice.values();
        Choice choice = choices[random.nextInt(choices.length)];
        boolean power = crash == Crash.POWER_CUT;
        int undecided = inFlight.size() + (power ? unflushed.size() : 0);
        int last = random.nextInt(undecided + 1);
        int index = 0;
        if (power) {
            for (Event event : unflushed) {
                if (event.durable) {
                    store(image, event);
                } else {
                    decide(
                            image,
                            event,
                            choice,
                            index < last,
                            index == last,
                            crash,
                            random,
                            coverage);
                }
                index++;
            }
        }
        for (Event event : inFlight.values()) {
            decide(image, event, choice, index < last, index == last, crash, random, coverage);
            index++;
        }
        return image;
    }

    private void decide(
            DiskImage image,
            Event event,
            Choice choice,
            boolean before,
            boolean at,
            Crash crash,
            SplittableRandom random,
            CrashCoverage coverage) {
        boolean torn = choice == Choice.PARTS || (choice == Choice.UP_TO && at);
        boolean whole =
                switch (choice) {
                    case NONE, PARTS -> false;
                    case ALL -> true;
                    case WRITES -> random.nextBoolean();
                    case UP_TO -> before;
                };
        Fate fate = whole ? Fate.WHOLE : Fate.ABSENT;
        if (torn) {
            fate = tear(image, event, crash == Crash.PROCESS ? UNIT : atomicBytes, random);
        } else if (whole) {
            store(image, event);
        }
        coverage.cut(crash, fate, event.contents);
    }

    /** Some parts of it, in runs now and then: the beginning or the end of a write. */
    private static Fate tear(DiskImage image, Event event, int part, SplittableRandom random) {
        int parts = (int) (event.length / part);
        int stored = 0;
        boolean run = random.nextBoolean();
        int from = run ? random.nextInt(parts + 1) : 0;
        int to = run ? from + random.nextInt(parts - from + 1) : parts;
        for (int i = from; i < to; i++) {
            if (run || random.nextBoolean()) {
                stored++;
                long offset = (long) i * part;
                if (event.kind == Kind.CLEAR_STARTED || event.bytes == null) {
                    image.zero(event.offset + offset, part);
                } else {
                    image.write(event.offset + offset, event.bytes, (int) offset, part);
                }
            }
        }
        return stored == 0 ? Fate.ABSENT : stored == parts ? Fate.WHOLE : Fate.TORN;
    }

    void back() {
        visible.back();
        durable.back();
    }
}
