package io.mayastor.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The line to the agent in a guest: sends scripts and receives what came of them, several at a
 * time. A line is {@code ID BASE64} one way and {@code ID STATUS BASE64} the other.
 */
final class Agent implements AutoCloseable {
    private final SocketChannel channel;
    private final OutputStream out;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<String, CompletableFuture<ScriptResult>> running = new ConcurrentHashMap<>();

    Agent(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        out = Channels.newOutputStream(channel);
        Thread.ofVirtual().start(this::readAnswers);
    }

    /** The result comes when the script ends; it fails when the guest is gone. */
    synchronized CompletableFuture<ScriptResult> start(String script) {
        String id = Integer.toString(lastId.incrementAndGet());
        CompletableFuture<ScriptResult> result = new CompletableFuture<>();
        running.put(id, result);
        try {
            String line = id + " " + Base64.getEncoder().encodeToString(script.getBytes(UTF_8));
            out.write((line + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    private void readAnswers() {
        IOException reason = new IOException("the guest is gone");
        try (BufferedReader in = new BufferedReader(Channels.newReader(channel, UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                CompletableFuture<ScriptResult> result = running.remove(words[0]);
                if (result != null) {
                    String output = new String(Base64.getDecoder().decode(words[2]), UTF_8);
                    result.complete(new ScriptResult(Integer.parseInt(words[1]), output));
                }
            }
        } catch (IOException e) {
            reason = e;
        }
        for (CompletableFuture<ScriptResult> result : running.values()) {
            result.completeExceptionally(reason);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
