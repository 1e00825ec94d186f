package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IoUringRingTest extends LinuxRingTest {
    @Override
    protected Kernel newKernel() {
        Kernel kernel = new LinuxKernel();
        assumeTrue(kernel.ringKind().equals("io_uring"), "this machine gives " + kernel.ringKind());
        return kernel;
    }

    @Test
    void theKindOfRingIsTold() {
        assertEquals("io_uring", new LinuxKernel(RingChoice.IO_URING).ringKind());
    }

    @Test
    void eachFeatureIsUsedOrMissing() {
        LinuxKernel kernel = new LinuxKernel(RingChoice.IO_URING);
        Set<RingFeature> all = EnumSet.noneOf(RingFeature.class);
        all.addAll(kernel.missingRingFeatures());
        assertTrue(Collections.disjoint(all, kernel.ringFeatures()));

        all.addAll(kernel.ringFeatures());

        assertEquals(EnumSet.allOf(RingFeature.class), all);
    }

    @Test
    void fullQueuesAreCounted() throws Exception {
        RingWorld w = world();
        RingWorld.Connection c = w.connect();
        int pollOut = 4;
        Outcome[] polls = new Outcome[100];
        for (int i = 0; i < polls.length; i++) {
            polls[i] = new Outcome();
            w.ring.poll(c.client(), pollOut, polls[i]);
        }
        for (Outcome poll : polls) {
            w.await(poll);
        }

        RingStatistics statistics = w.ring.statistics();
        assertTrue(statistics.submissionQueueFull() >= 100 / 8, "full submission queues");
        assertTrue(statistics.completionOverflows() > 0, "overflows of the completion queue");
        assertEquals(statistics.submitted(), statistics.completed());
    }

    /** A disk shall work while the rest of the turn is still being prepared. */
    @Test
    void aTransferOfAFileIsWithTheKernelBeforeTheTurnAndCompletesInIt() throws Exception {
        RingWorld w = world();
        int file = openFile(8192);
        w.ring.turn(0);
        long before = w.ring.statistics().enters();
        Outcome written = new Outcome();
        Outcome read = new Outcome();

        w.ring.write(file, 4096, w.pattern(4096, 1), 4096, 0, written);
        assertEquals(before + 1, w.ring.statistics().enters(), "enters after the write");
        w.ring.read(file, 0, w.room(4096), 4096, read);
        assertEquals(before + 2, w.ring.statistics().enters(), "enters after the read");

        assertFalse(written.isThere() || read.isThere(), "a completion ran outside a turn");
        assertEquals(4096, w.await(written));
        assertEquals(4096, w.await(read));
        w.close(file);
    }

    /** Kernels and sockets that answer "not now" instead of waiting. */
    @Test
    void anOperationThatIsPutOffIsStartedAgain() throws Exception {
        RingWorld w = world();
        int listener = w.listen();
        InetSocketAddress address = w.kernel.localAddress(listener);
        int client = new LinuxKernel(RingChoice.EPOLL).socket(address);
        Outcome accepted = new Outcome();
        Outcome connected = new Outcome();
        Outcome received = new Outcome();
        w.ring.accept(listener, accepted);
        w.ring.connect(client, address, connected);
        assertEquals(0, w.await(connected));
        int server = w.await(accepted);

        long name = w.ring.receive(client, w.room(100), 100, received);
        for (int i = 0; i < 50; i++) {
            w.ring.turn(0);
            assertFalse(received.isThere(), "ended with " + received.result());
        }
        w.send(server, w.pattern(9, 1), 9);
        assertEquals(9, w.await(received));

        Outcome cancelled = new Outcome();
        name = w.ring.receive(client, w.room(100), 100, cancelled);
        w.ring.turn(0);
        w.ring.cancel(name);
        assertEquals(-Errno.ECANCELED, w.await(cancelled));
    }
}
