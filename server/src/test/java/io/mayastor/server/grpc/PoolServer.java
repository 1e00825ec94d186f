package io.mayastor.server.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.mayastor.server.pools.FakePools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All services of pools, over a real connection, on pools without disks. */
public final class PoolServer implements AutoCloseable {
    private final FakePools pools = new FakePools();
    private final GrpcServer server;
    private final ManagedChannel channel;

    public PoolServer() throws IOException {
        ReplicaMessages messages =
                new ReplicaMessages((name, uuid) ->
                        pools.replicas().stream()
                                        .anyMatch(each -> each.uuid().equals(uuid) && each.shared())
                                ? List.of("nvmf+tcp://host/" + name + "?uuid=" + uuid)
                                : List.of());
        server =
                new GrpcServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(
                                new PoolService(pools),
                                new StoragePoolService(pools),
                                new ReplicaService(pools, messages),
                                new SnapshotService(pools, messages),
                                new StatsService(pools)));
        server.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    }

    public FakePools pools() {
        return pools;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** Address for {@code -b}. */
    public String endpoint() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.stop(TimeUnit.SECONDS.toNanos(5));
    }
}
