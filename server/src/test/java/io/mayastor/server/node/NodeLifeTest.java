package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.server.config.Setting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start and stop of a node, and what stands in the way of a start. */
class NodeLifeTest {
    @TempDir private Path directory;

    @Test
    void aStoppedNodeHasClosedEverythingInOrder() throws Exception {
        Node node = Node.start(TestNode.config(directory));
        node.devices().create("malloc:///m0?size_mb=4").get(5, TimeUnit.SECONDS);
        node.shares().share("m0", java.util.Set.of()).get(5, TimeUnit.SECONDS);
        InetSocketAddress target = node.target().portals().getFirst();
        InetSocketAddress grpc = node.grpcAddress();

        assertTrue(node.stop(TimeUnit.SECONDS.toNanos(5)), "a part did not end, see the log");

        assertTrue(isFree(target), "the target still listens");
        assertTrue(isFree(grpc), "gRPC still listens");
        assertEquals(0, node.devices().list().size());
    }

    @Test
    void theChosenRingIsUsed() throws Exception {
        Node node = Node.start(TestNode.config(directory, Map.of(Setting.RING, "epoll")));

        assertEquals("epoll (chosen by configuration)", node.ringKind());
        assertTrue(node.stop(TimeUnit.SECONDS.toNanos(5)), "a part did not end, see the log");
    }

    @Test
    void oneStateDirectoryServesOneEngine() throws Exception {
        Node first = Node.start(TestNode.config(directory));
        try {
            StartException refusal =
                    assertThrows(
                            StartException.class, () -> Node.start(TestNode.config(directory)));

            assertEquals(
                    "another engine uses "
                            + directory.resolve("state")
                            + "; stop it, or give this one its own with --state-dir",
                    refusal.getMessage());
        } finally {
            first.stop(TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void aFailedStartLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            StartException refusal =
                    assertThrows(
                            StartException.class,
                            () -> Node.start(TestNode.config(directory, taken.getLocalPort())));

            assertEquals(
                    "listening on 127.0.0.1:"
                            + taken.getLocalPort()
                            + " (gRPC; choose another port with --grpc-port): Address already in"
                            + " use",
                    refusal.getMessage());
        }
        Node.start(TestNode.config(directory)).stop(TimeUnit.SECONDS.toNanos(5));
    }

    private static boolean isFree(InetSocketAddress address) throws Exception {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (java.net.BindException e) {
            return false;
        }
    }
}
