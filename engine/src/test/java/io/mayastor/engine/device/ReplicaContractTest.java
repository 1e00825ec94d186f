package io.mayastor.engine.device;

import io.mayastor.engine.pool.volume.TestPool;
import io.mayastor.engine.pool.volume.Volumes;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;

/** The contract on replicas of pools with clusters of 1 and 4 MiB. */
class ReplicaContractTest {
    private abstract static class OnPool extends BlockDeviceContract {
        private SimulatedKernel host;
        private final int clusterBytes;

        OnPool(int clusterMib) {
            clusterBytes = clusterMib << 20;
        }

        @Override
        protected DeviceFixture newFixture() {
            host = SimulatedHost.with(SimulatedDisk.file(1L << 30));
            DeviceFixture made = new DeviceFixture(host);
            made.registry.register("replica", this::open);
            return made;
        }

        @Override
        protected String uri(int sizeBytes, int blockSize) {
            return "replica:///r?size_mb=%d&blk_size=%d".formatted(sizeBytes >> 20, blockSize);
        }

        private CompletableFuture<BlockDevice> open(
                DeviceUri uri, io.mayastor.engine.reactor.Reactor reactor) {
            Geometry geometry = Geometry.of(uri);
            DeviceUri disk =
                    DeviceUri.parse(
                            "aio://" + SimulatedHost.PATH + "?blk_size=" + geometry.blockSize());
            return new FileDeviceFactory(host, "node-1")
                    .open(disk, reactor)
                    .thenCompose(opened ->
                            reactor.call(
                                    () -> TestPool.create(reactor, List.of(opened), clusterBytes)))
                    .thenCompose(Function.identity())
                    .thenCompose(core ->
                            new Volumes(core)
                                    .create(
                                            uri.uuid().orElse(new java.util.UUID(1, 1)),
                                            uri.name(),
                                            geometry.bytes(),
                                            false,
                                            null))
                    .thenApply(Function.identity());
        }
    }

    @Nested
    class WithSmallClusters extends OnPool {
        WithSmallClusters() {
            super(1);
        }
    }

    @Nested
    class WithLargeClusters extends OnPool {
        WithLargeClusters() {
            super(4);
        }
    }
}
