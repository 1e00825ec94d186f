package io.mayastor.server.node;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.mayastor.server.config.ConfigReader;
import io.mayastor.server.config.InvalidConfigException;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.NodeConfig;
import io.mayastor.server.config.Setting;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A whole node in this process, on ports that the system chose, with one reactor. */
public final class TestNode implements AutoCloseable {
    private final Node node;
    private final ManagedChannel channel;

    public TestNode(Path directory) throws Exception {
        node = Node.start(config(directory));
        InetSocketAddress grpc = node.grpcAddress();
        channel =
                NettyChannelBuilder.forAddress(grpc.getHostString(), grpc.getPort())
                        .usePlaintext()
                        .build();
    }

    static NodeConfig config(Path directory) throws InvalidConfigException {
        return config(directory, Map.of());
    }

    static NodeConfig config(Path directory, int grpcPort) throws InvalidConfigException {
        return config(directory, Map.of(Setting.GRPC_PORT, "" + grpcPort));
    }

    /** With these settings beside or instead of those of every test. */
    static NodeConfig config(Path directory, Map<Setting, String> further)
            throws InvalidConfigException {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        flags.put(Setting.NODE_NAME, "test-node");
        flags.put(Setting.IP_ADDR, "127.0.0.1");
        flags.put(Setting.GRPC_PORT, "0");
        flags.put(Setting.TARGET_PORT, "0");
        flags.put(Setting.METRICS_PORT, "0");
        flags.put(Setting.CORE_LIST, "" + new LinuxMachine().allowedCores().getFirst());
        flags.put(Setting.STATE_DIR, directory.resolve("state").toString());
        flags.put(Setting.RUN_DIR, directory.resolve("run").toString());
        flags.putAll(further);
        return ConfigReader.read(flags, variable -> null, new LinuxMachine());
    }

    public Node node() {
        return node;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** Address for {@code -b}. */
    public String endpoint() {
        return "127.0.0.1:" + node.grpcAddress().getPort();
    }

    public int targetPort() {
        return node.target().portals().getFirst().getPort();
    }

    /** What a page of the metrics port says. */
    HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + node.metricsAddress().getPort() + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        node.stop(TimeUnit.SECONDS.toNanos(10));
    }
}
