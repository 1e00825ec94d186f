package io.mayastor.server.grpc;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.server.pools.FakePools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All services of pools, over a real connection, on pools without disks. */
public final class PoolServer implements AutoCloseable {
    private final FakePools pools = new FakePools();
    private final GrpcServer server;
    private final ManagedChannel channel;

    public PoolServer() throws IOException {
        this(List.of());
    }

    /** Replicas can be wiped too; the test says which of these devices are theirs. */
    public PoolServer(DeviceRegistry devices) throws IOException {
        this(List.of(devices));
    }

    private PoolServer(List<DeviceRegistry> devices) throws IOException {
        ReplicaMessages messages =
                new ReplicaMessages((name, uuid) ->
                        pools.replicas().stream()
                                        .anyMatch(each -> each.uuid().equals(uuid) && each.shared())
                                ? List.of("nvmf+tcp://host/" + name + "?uuid=" + uuid)
                                : List.of());
        List<BindableService> services = new ArrayList<>();
        services.add(new PoolService(pools));
        services.add(new StoragePoolService(pools));
        services.add(new ReplicaService(pools, messages));
        services.add(new SnapshotService(pools, messages));
        services.add(new StatsService(pools));
        devices.forEach(each -> services.add(new TestService(each, pools)));
        server =
                new GrpcServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), services);
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
