package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.require;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.ClearErrorRequest;
import io.mayastor.api.v1.ClearErrors;
import io.mayastor.api.v1.CreatePoolRequest;
import io.mayastor.api.v1.DestroyPoolRequest;
import io.mayastor.api.v1.ExportPoolRequest;
import io.mayastor.api.v1.GrowPoolRequest;
import io.mayastor.api.v1.GrowPoolResponse;
import io.mayastor.api.v1.ImportPoolRequest;
import io.mayastor.api.v1.ListPoolOptions;
import io.mayastor.api.v1.ListPoolsResponse;
import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolRpcGrpc.PoolRpcImplBase;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolGrowth;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.server.pools.Pools;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;

/** {@code mayastor.v1.PoolRpc}: the life of pools. */
public final class PoolService extends PoolRpcImplBase {
    private static final System.Logger LOG = System.getLogger(PoolService.class.getPackageName());

    private final Pools pools;
    private final PoolLookup lookup;

    public PoolService(Pools pools) {
        this.pools = pools;
        lookup = new PoolLookup(pools);
    }

    @Override
    public void createPool(CreatePoolRequest request, StreamObserver<Pool> caller) {
        Replies.reply(
                caller,
                () -> {
                    PoolSpec spec = PoolRequests.spec(request);
                    PoolInfo pool = Waiting.on(() -> pools.create(spec));
                    LOG.log(Level.INFO, "pool {0} is open on {1}", pool.name(), spec.diskUris());
                    return PoolMessages.of(pool);
                });
    }

    @Override
    public void importPool(ImportPoolRequest request, StreamObserver<Pool> caller) {
        Replies.reply(caller, () -> PoolMessages.of(open(pools, PoolRequests.spec(request))));
    }

    /** Opens a pool whose disks the caller knows: one that is not there is a wrong request. */
    static PoolInfo open(Pools pools, PoolSpec spec) {
        try {
            PoolInfo pool = Waiting.on(() -> pools.open(spec));
            LOG.log(Level.INFO, "pool {0} imported from {1}", pool.name(), spec.diskUris());
            return pool;
        } catch (PoolException e) {
            throw e.kind() == Kind.POOL_NOT_FOUND
                    ? new PoolException(Kind.INVALID, e.getMessage(), e)
                    : e;
        }
    }

    @Override
    public void destroyPool(DestroyPoolRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    String name =
                            find(
                                    request.getName(),
                                    PoolRequests.uuid(request.hasUuid(), request.getUuid()));
                    Waiting.on(() -> pools.destroy(name));
                    LOG.log(Level.INFO, "pool {0} destroyed", name);
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void exportPool(ExportPoolRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    String name =
                            find(
                                    request.getName(),
                                    PoolRequests.uuid(request.hasUuid(), request.getUuid()));
                    Waiting.on(() -> pools.export(name));
                    LOG.log(Level.INFO, "pool {0} exported", name);
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void listPools(ListPoolOptions request, StreamObserver<ListPoolsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    boolean ours =
                            !request.hasPooltype()
                                    || PoolRequests.isOurs(
                                            "pooltype", request.getPooltype().getValue());
                    Optional<UUID> uuid = PoolRequests.uuid(request.hasUuid(), request.getUuid());
                    ListPoolsResponse.Builder response = ListPoolsResponse.newBuilder();
                    Waiting.on(pools::list).stream()
                            .filter(each -> ours)
                            .filter(each ->
                                    !request.hasName()
                                            || each.name().equals(request.getName().getValue()))
                            .filter(each -> uuid.isEmpty() || each.uuid().equals(uuid.get()))
                            .forEach(each -> response.addPools(PoolMessages.of(each)));
                    return response.build();
                });
    }

    @Override
    public void growPool(GrowPoolRequest request, StreamObserver<GrowPoolResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    PoolGrowth growth = grow(request);
                    return GrowPoolResponse.newBuilder()
                            .setPreviousPool(PoolMessages.of(growth.before()))
                            .setCurrentPool(PoolMessages.of(growth.after()))
                            .build();
                });
    }

    @Override
    public void growPoolV2(GrowPoolRequest request, StreamObserver<Pool> caller) {
        Replies.reply(caller, () -> PoolMessages.of(grow(request).after()));
    }

    @Override
    public void clearErrors(ClearErrorRequest request, StreamObserver<Pool> caller) {
        Replies.reply(
                caller,
                () -> {
                    require(
                            request.getClear() == ClearErrors.ClearAll,
                            "clear must be ClearAll, not " + request.getClearValue());
                    PoolInfo pool =
                            lookup.pool(
                                    request.getName(),
                                    request.hasUuid()
                                            ? Optional.of(Requests.uuid("uuid", request.getUuid()))
                                            : Optional.empty());
                    PoolInfo cleared =
                            Waiting.on(
                                    () -> pools.clearErrors(pool.name(), request.getDisksList()));
                    return PoolMessages.of(cleared);
                });
    }

    private PoolGrowth grow(GrowPoolRequest request) {
        String name =
                find(request.getName(), PoolRequests.uuid(request.hasUuid(), request.getUuid()));
        PoolGrowth growth = Waiting.on(() -> pools.grow(name));
        LOG.log(
                Level.INFO,
                "pool {0} grew from {1} to {2} bytes",
                name,
                growth.before().capacityBytes(),
                growth.after().capacityBytes());
        return growth;
    }

    private String find(String name, Optional<UUID> uuid) {
        return lookup.pool(name, uuid).name();
    }
}
