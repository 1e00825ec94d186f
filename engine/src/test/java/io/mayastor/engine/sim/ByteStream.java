package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * One direction of a connection: bytes on their way, bytes that have arrived, and the end of the
 * stream behind them. Never reorders, never loses by itself.
 */
final class ByteStream {
    private final Simulation simulation;
    private final NetworkProfile profile;
    private final SplittableRandom random;
    private final StreamSocket sender;
    private final StreamSocket receiver;

    /** In order of sending; an empty segment is the end of the stream. */
    private final Deque<byte[]> onTheWay = new ArrayDeque<>();

    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private int readOfFirst;
    private int arrivedBytes;
    private int bufferedBytes;
    private long lastArrival;
    private boolean silent;
    private boolean endSent;
    private boolean endArrived;

    ByteStream(
            Simulation simulation,
            NetworkProfile profile,
            SplittableRandom random,
            StreamSocket sender,
            StreamSocket receiver) {
        this.simulation = simulation;
        this.profile = profile;
        this.random = random;
        this.sender = sender;
        this.receiver = receiver;
    }

    int space() {
        return profile.bufferBytes() - bufferedBytes;
    }

    int arrivedBytes() {
        return arrivedBytes;
    }

    boolean endArrived() {
        return endArrived;
    }

    /** Takes bytes into the send buffer; they travel in one segment or more. */
    void send(byte[] bytes) {
        bufferedBytes += bytes.length;
        int from = 0;
        while (bytes.length - from > 1 && random.nextDouble() < profile.splitChance()) {
            int to = from + 1 + random.nextInt(bytes.length - from - 1);
            travel(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        travel(from == 0 ? bytes : Arrays.copyOfRange(bytes, from, bytes.length));
    }

    void end() {
        if (!endSent) {
            endSent = true;
            travel(new byte[0]);
        }
    }

    /** Copies arrived bytes out. The sender learns of the room later. */
    void take(long address, int length) {
        for (int done = 0; done < length; ) {
            byte[] first = arrived.element();
            int part = Math.min(first.length - readOfFirst, length - done);
            MemorySegment.copy(
                    MemorySegment.ofArray(first), readOfFirst, Memory.ALL, address + done, part);
            done += part;
            readOfFirst += part;
            if (readOfFirst == first.length) {
                arrived.remove();
                readOfFirst = 0;
            }
        }
        arrivedBytes -= length;
        simulation.schedule(
                simulation.nanoTime() + delay(),
                () -> {
                    bufferedBytes -= length;
                    sender.progress();
                });
    }

    /** Nothing arrives any more until {@link #speak}; what is sent waits. */
    void silence() {
        silent = true;
    }

    void speak() {
        if (silent) {
            silent = false;
            onTheWay.forEach(_ -> scheduleArrival(0));
        }
    }

    /** What is on the way is lost for good: the connection is dead. */
    void drop() {
        onTheWay.clear();
    }

    private void travel(byte[] segment) {
        onTheWay.add(segment);
        if (!silent) {
            scheduleArrival(segment.length);
        }
    }

    private void scheduleArrival(int bytes) {
        long earliest = Math.max(lastArrival + 1, simulation.nanoTime() + delay());
        lastArrival = earliest + (long) (bytes * 1e9 / profile.bytesPerSecond());
        simulation.schedule(lastArrival, this::arrive);
    }

    private long delay() {
        return profile.latencyNanos()
                + (profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos()));
    }

    private void arrive() {
        if (silent || onTheWay.isEmpty()) {
            return;
        }
        if (!receiver.reachable() && onTheWay.element().length > 0) {
            receiver.refuse();
            return;
        }
        byte[] segment = onTheWay.remove();
        if (segment.length == 0) {
            endArrived = true;
        } else {
            arrived.add(segment);
            arrivedBytes += segment.length;
        }
        receiver.progress();
    }
}
