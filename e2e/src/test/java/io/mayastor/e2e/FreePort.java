package io.mayastor.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports for processes that must come back under the same ones. */
public final class FreePort {
    private FreePort() {}

    /** A TCP port of 127.0.0.1 that nobody listens on. */
    public static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
