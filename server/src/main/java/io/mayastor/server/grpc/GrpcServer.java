package io.mayastor.server.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC endpoint: the given services plus health and reflection, each call on a virtual thread,
 * with limits on message size, calls and metadata. Any thread.
 */
public final class GrpcServer {
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_METADATA_BYTES = 8 << 10;
    private static final int MAX_CALLS = 256;
    private static final int MAX_CALLS_PER_CONNECTION = 64;
    private static final int KEEP_ALIVE_SECONDS = 5;

    private final CallGuard guard = new CallGuard(MAX_CALLS);
    private final HealthStatusManager health = new HealthStatusManager();
    private final NioEventLoopGroup network;
    private final Server server;

    public GrpcServer(InetSocketAddress address, List<BindableService> services) {
        network = new NioEventLoopGroup(1, new DefaultThreadFactory("grpc-network", true));
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(address)
                        .bossEventLoopGroup(network)
                        .workerEventLoopGroup(network)
                        .channelType(NioServerSocketChannel.class)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .permitKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .intercept(guard)
                        .addService(health.getHealthService())
                        .addService(ProtoReflectionServiceV1.newInstance());
        services.forEach(builder::addService);
        server = builder.build();
    }

    /** Takes calls from now on. */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            network.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    }

    /** The port it listens on; known once started. */
    public int port() {
        return server.getPort();
    }

    /** Calls since the start. */
    public long calls() {
        return guard.calls();
    }

    /** Calls that ended with an error. */
    public long failures() {
        return guard.failures();
    }

    public int callsInWork() {
        return guard.inWork();
    }

    /** Refuses new calls, lets those in work end for the given time, then cuts them off. */
    public void stop(long graceNanos) throws InterruptedException {
        health.enterTerminalState();
        server.shutdown();
        if (!server.awaitTermination(graceNanos, TimeUnit.NANOSECONDS)) {
            server.shutdownNow();
        }
        network.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
