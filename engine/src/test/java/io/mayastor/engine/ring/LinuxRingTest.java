package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.ring.RingWorld.Connection;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the rings of a real Linux promise beyond {@link RingContractTest}: threads, memory,
 * descriptors.
 */
@Timeout(120)
abstract class LinuxRingTest extends RingContractTest {
    @TempDir Path directory;

    private int files;

    @Override
    protected final String newFile(Kernel kernel, long sizeBytes) throws IOException {
        Path path = directory.resolve("file-" + files++);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        return path.toString();
    }

    @Test
    void aWakeUpEndsASleepWithoutEnd() throws InterruptedException {
        RingWorld w = world();
        Thread waker = Thread.ofPlatform().start(w.ring::wake);

        w.ring.turn(Long.MAX_VALUE);

        waker.join();
    }

    @Test
    void noWakeUpIsLostHoweverTheThreadsRace() throws InterruptedException {
        RingWorld w = world();
        int rounds = 20_000;
        AtomicInteger posted = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        Thread waker =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 1; i <= rounds; i++) {
                                posted.set(i);
                                w.ring.wake();
                                while (i % 4 != 0 && seen.get() < i) {
                                    Thread.onSpinWait();
                                }
                            }
                        });

        while (seen.get() < rounds) {
            w.ring.turn(Long.MAX_VALUE);
            seen.set(posted.get());
        }

        waker.join();
    }

    @Test
    void wakersDoNotMindThatTheRingCloses() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Ring ring = world().kernel.newRing(new RingOptions(4, 8));
            Thread waker =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int k = 0; k < 100; k++) {
                                    ring.wake();
                                }
                            });
            for (int k = 0; k < i % 10; k++) {
                ring.turn(10_000);
            }
            ring.close();
            waker.join();
        }
    }

    @Test
    void onlyTheOwnerTurnsARing() throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread stranger =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                world().ring.turn(0);
                            } catch (IllegalStateException e) {
                                seen.set(e);
                            }
                        });
        stranger.join();

        assertTrue(seen.get() instanceof IllegalStateException, "saw " + seen.get());
    }

    @Test
    void descriptorsAreGivenBack() throws IOException {
        Kernel kernel = world().kernel;
        long before = openDescriptors();

        for (int i = 0; i < 50; i++) {
            try (RingWorld w = new RingWorld(kernel, new RingOptions(8, 16))) {
                Connection c = w.connect();
                w.ring.provideBuffers(4, 4096);
                w.ring.receive(c.client(), w.room(10), 10, new Outcome());
                w.ring.turn(0);
                w.close(c.server());
                w.ring.turn(0);
                w.close(c.client());
            }
        }

        assertEquals(before, openDescriptors());
    }

    private static long openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    @Test
    void filesAreDescribedAsTheyAre() throws Exception {
        RingWorld w = world();
        int file = openFile(12_345);

        Kernel.FileDescription description = w.kernel.describe(file);

        assertFalse(description.blockDevice());
        assertEquals(12_345, description.sizeBytes());
        assertEquals(512, description.logicalBlockBytes());
        w.close(file);
    }

    @Test
    void directAccessWantsItsAlignment() throws Exception {
        assumeTrue(
                !Files.getFileStore(directory).type().equals("tmpfs"),
                "skipped: " + directory + " is in memory, which has no direct access");
        RingWorld w = world();
        String path = newFile(w.kernel, 65_536);
        int plain = w.kernel.open(path, new Kernel.OpenMode(true, false, false));
        int align = w.kernel.describe(plain).directAlignBytes();
        assumeTrue(align > 1, "the file system of " + path + " has no direct I/O");
        int file = w.kernel.open(path, new Kernel.OpenMode(true, true, false));
        long data = w.pattern(8192, 1);
        long back = w.room(8192);

        assertEquals(8192, w.write(file, align, data, 8192, Ring.DSYNC));
        assertEquals(8192, w.read(file, align, back, 8192));

        assertEquals(-1, Memory.mismatch(data, back, 8192));
        assertEquals(-Errno.EINVAL, w.read(file, 1, back, 4096));
        w.close(file);
        w.close(plain);
    }

    @Test
    void aMissingFileIsNamedWithTheReason() {
        Kernel kernel = world().kernel;
        String path = directory.resolve("missing").toString();

        SystemCallException e =
                assertThrows(
                        SystemCallException.class,
                        () -> kernel.open(path, new Kernel.OpenMode(false, false, false)));

        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains(path), e.getMessage());
    }

    @Test
    void aLockedFileIsLockedForEverybodyElse() throws Exception {
        Kernel kernel = world().kernel;
        String path = newFile(kernel, 4096);
        int first = kernel.open(path, new Kernel.OpenMode(true, false, false));
        int second = kernel.open(path, new Kernel.OpenMode(true, false, false));

        assertTrue(kernel.lock(first));
        assertFalse(kernel.lock(second));
        kernel.close(first);
        assertTrue(kernel.lock(second));
        kernel.close(second);
    }

    @Test
    void listeningTwiceOnOnePortFails() throws IOException {
        RingWorld w = world();
        int listener = w.listen();
        InetSocketAddress address = w.kernel.localAddress(listener);

        SystemCallException e =
                assertThrows(SystemCallException.class, () -> w.kernel.listen(address, 1));

        assertEquals(Errno.EADDRINUSE, e.errno());
        w.kernel.close(listener);
    }

    @Test
    void connectionsWorkOverIpv6() throws IOException {
        RingWorld w = world();
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this machine has no IPv6");
        int listener;
        try {
            listener = w.kernel.listen(new InetSocketAddress("::1", 0), 1);
        } catch (SystemCallException e) {
            assumeTrue(false, "no IPv6 loopback: " + e.getMessage());
            return;
        }
        InetSocketAddress address = w.kernel.localAddress(listener);
        int client = w.kernel.socket(address);
        Outcome accepted = new Outcome();
        Outcome connected = new Outcome();

        w.ring.accept(listener, accepted);
        w.ring.connect(client, address, connected);

        assertEquals(0, w.await(connected));
        assertEquals(address, w.kernel.localAddress(w.await(accepted)));
        assertEquals(address, w.kernel.remoteAddress(client));
    }

    @Test
    void releasedPagesReadZeros() {
        RingWorld w = world();
        long address = w.pattern(8192, 1);

        assertTrue(w.kernel.release(address, 4096));

        assertEquals(0, Memory.getLong(address + 8));
        assertEquals(RingWorld.patternByte(4096, 1), Memory.getByte(address + 4096));
    }

    @Test
    void aClosedRingStartsNothingAndMindsNoLateReturns() throws Exception {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        int file = openFile(4096);
        int handle = w.ring.registerFile(file);
        Outcome received = new Outcome();
        w.ring.receiveShared(c.server(), buffers, received);
        w.send(c.client(), w.pattern(10, 1), 10);
        w.await(received);

        w.ring.close();

        buffers.release(received.buffer());
        w.ring.unregisterFile(handle);
        w.ring.cancel(1);
        assertFalse(w.ring.ready());
        assertThrows(IllegalStateException.class, () -> w.ring.close(file, new Outcome()));
        w.kernel.close(file);
    }

    @Test
    void operationsInSteadyStateAllocateNothing() throws Exception {
        RingWorld w = world();
        Connection c = w.connect();
        int file = openFile(65_536);
        SharedBuffers buffers = w.ring.provideBuffers(8, 4096);
        Traffic traffic =
                new Traffic(
                        w.ring, c, file, buffers, w.message(w.pattern(512, 1), 512), w.room(4096));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes();

        // Code that the JIT has not reached yet allocates, so the first batches do.
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < 40 && least > 0; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            traffic.run(5_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertEquals(0, least, "bytes allocated by 20 000 operations");
    }

    /** Sends, receives, reads and writes without end, with callbacks made once. */
    private static final class Traffic {
        private final Ring ring;
        private final Connection connection;
        private final int file;
        private final SharedBuffers buffers;
        private final long message;
        private final long room;
        private final Completion sent = this::sent;
        private final Completion received = this::received;
        private final Completion read = this::read;
        private final Completion written = this::written;
        private int rounds;

        Traffic(
                Ring ring,
                Connection connection,
                int file,
                SharedBuffers buffers,
                long message,
                long room) {
            this.ring = ring;
            this.connection = connection;
            this.file = file;
            this.buffers = buffers;
            this.message = message;
            this.room = room;
        }

        void run(int rounds) {
            this.rounds = rounds;
            ring.receiveShared(connection.server(), buffers, received);
            ring.sendMessage(connection.client(), message, sent);
            while (ring.inFlight() > 0) {
                ring.turn(10_000_000);
            }
        }

        private void sent(int result, int flags) {
            expect(512, result);
        }

        private void received(int result, int flags) {
            expect(512, result);
            buffers.release(SharedBuffers.bufferOf(flags));
            ring.write(file, 4096, room, 4096, 0, written);
        }

        private void written(int result, int flags) {
            expect(4096, result);
            ring.read(file, 4096, room, 4096, read);
        }

        private void read(int result, int flags) {
            expect(4096, result);
            if (rounds-- > 0) {
                ring.receiveShared(connection.server(), buffers, received);
                ring.sendMessage(connection.client(), message, sent);
            }
        }

        private static void expect(int wanted, int result) {
            if (result != wanted) {
                throw new AssertionError("result " + result + " instead of " + wanted);
            }
        }
    }
}
