package io.mayastor.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a client in a guest was told is done, kept outside the guest: it connects once and sends a
 * line with a number for each. Each number is one more than the one before, beginning with 1.
 */
final class Acknowledgements implements AutoCloseable {
    private static final long WAIT_SECONDS = 120;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int last;

    Acknowledgements() throws IOException {
        Thread.ofVirtual().start(this::receive);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void receive() {
        try (Socket client = listener.accept();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Integer.parseInt(line) == last + 1) { // else the end cut it short
                    last++;
                    arrived.add(last);
                }
            }
        } catch (IOException e) {
            // the client's machine has lost its power
        } finally {
            ended.countDown();
        }
    }

    /** Waits until so many more have come. */
    void awaitMore(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            if (arrived.poll(WAIT_SECONDS, TimeUnit.SECONDS) == null) {
                throw new AssertionError("nothing is acknowledged any more after " + last);
            }
        }
    }

    /** The last number, when the client is gone. */
    int last() throws InterruptedException {
        if (!ended.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the client is still there");
        }
        return last;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
