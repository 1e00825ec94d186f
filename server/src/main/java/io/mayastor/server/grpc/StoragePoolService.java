package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.require;

import io.grpc.stub.StreamObserver;
import io.mayastor.api.ext.v1.AddPoolDiskRequest;
import io.mayastor.api.ext.v1.GetPoolDetailsRequest;
import io.mayastor.api.ext.v1.ImportPoolDegradedRequest;
import io.mayastor.api.ext.v1.PoolDetails;
import io.mayastor.api.ext.v1.PoolJournal;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc.StoragePoolRpcImplBase;
import io.mayastor.api.v1.Pool;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolStatistics;
import io.mayastor.server.pools.Pools;
import java.lang.System.Logger.Level;

/** {@code io.mayastor.ext.v1.StoragePoolRpc}: what the contract can not say about pools. */
public final class StoragePoolService extends StoragePoolRpcImplBase {
    private static final System.Logger LOG =
            System.getLogger(StoragePoolService.class.getPackageName());

    private final Pools pools;
    private final PoolLookup lookup;

    public StoragePoolService(Pools pools) {
        this.pools = pools;
        lookup = new PoolLookup(pools);
    }

    @Override
    public void addPoolDisk(AddPoolDiskRequest request, StreamObserver<Pool> caller) {
        Replies.reply(
                caller,
                () -> {
                    require(
                            !request.getDisk().isBlank(),
                            "disk must be a device URI or a path, not empty");
                    PoolInfo pool =
                            lookup.pool(
                                    request.getName(),
                                    PoolRequests.uuid(request.hasUuid(), request.getUuid()));
                    PoolInfo larger =
                            Waiting.on(() -> pools.addDisk(pool.name(), request.getDisk()));
                    LOG.log(Level.INFO, "pool {0} has got {1}", pool.name(), request.getDisk());
                    return PoolMessages.of(larger);
                });
    }

    @Override
    public void importPoolDegraded(ImportPoolDegradedRequest request, StreamObserver<Pool> caller) {
        Replies.reply(
                caller,
                () ->
                        PoolMessages.of(
                                PoolService.open(
                                        pools,
                                        PoolRequests.spec(
                                                request.getName(),
                                                PoolRequests.uuid(
                                                        request.hasUuid(), request.getUuid()),
                                                request.getDisksList(),
                                                true))));
    }

    @Override
    public void getPoolDetails(GetPoolDetailsRequest request, StreamObserver<PoolDetails> caller) {
        Replies.reply(
                caller,
                () -> {
                    PoolInfo pool =
                            lookup.pool(
                                    request.getName(),
                                    PoolRequests.uuid(request.hasUuid(), request.getUuid()));
                    long pending = Waiting.on(() -> pools.pendingDeletionBytes(pool.name()));
                    return PoolDetails.newBuilder()
                            .setName(pool.name())
                            .setUuid(pool.uuid().toString())
                            .setReason(pool.reason())
                            .setPendingDeletionBytes(pending)
                            .setJournal(journal(pool.statistics()))
                            .setDyingClusters(pool.statistics().dyingClusters())
                            .setMetadataMemoryBytes(pool.statistics().metadataMemoryBytes())
                            .build();
                });
    }

    private static PoolJournal journal(PoolStatistics figures) {
        return PoolJournal.newBuilder()
                .setBlocks(figures.journalBlocks())
                .setRecords(figures.journalRecords())
                .setBytes(figures.journalBytes())
                .setUsedBytes(figures.journalUsedBytes())
                .setCapacityBytes(figures.journalCapacityBytes())
                .setCheckpoints(figures.checkpoints())
                .setCheckpointPages(figures.checkpointPages())
                .setSynchronisations(figures.synchronisations())
                .setLastSequence(figures.lastSequence())
                .setDurableSequence(figures.durableSequence())
                .build();
    }
}
