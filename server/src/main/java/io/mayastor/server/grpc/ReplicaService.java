package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.invalid;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.CreateReplicaRequest;
import io.mayastor.api.v1.DestroyReplicaRequest;
import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.ListReplicasResponse;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaRpcGrpc.ReplicaRpcImplBase;
import io.mayastor.api.v1.ResizeReplicaRequest;
import io.mayastor.api.v1.SetReplicaEntityIdRequest;
import io.mayastor.api.v1.ShareReplicaRequest;
import io.mayastor.api.v1.UnshareReplicaRequest;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.server.pools.Pools;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@code mayastor.v1.ReplicaRpc}: replicas of pools and their shares. */
public final class ReplicaService extends ReplicaRpcImplBase {
    private static final System.Logger LOG =
            System.getLogger(ReplicaService.class.getPackageName());

    private final Pools pools;
    private final PoolLookup poolLookup;
    private final ReplicaLookup lookup;
    private final ReplicaMessages messages;

    public ReplicaService(Pools pools, ReplicaMessages messages) {
        this.pools = pools;
        this.messages = messages;
        poolLookup = new PoolLookup(pools);
        lookup = new ReplicaLookup(pools);
    }

    @Override
    public void createReplica(CreateReplicaRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    boolean share =
                            ReplicaRequests.wantsShare(request.getShare(), request.getShareValue());
                    Set<String> hosts = ReplicaRequests.allowedHosts(request.getAllowedHostsList());
                    Requests.require(
                            !request.getPooluuid().isEmpty(),
                            "pooluuid must be the UUID or the name of a pool, not empty");
                    PoolInfo pool =
                            poolLookup
                                    .either(request.getPooluuid())
                                    .orElseThrow(() ->
                                            new PoolException(
                                                    Kind.PRECONDITION,
                                                    "pooluuid: there is no pool "
                                                            + request.getPooluuid()));
                    ReplicaSpec spec = ReplicaRequests.spec(request, pool);
                    ReplicaInfo replica =
                            Waiting.on(
                                    share
                                            ? () -> createShared(spec, hosts)
                                            : () -> pools.createReplica(spec));
                    LOG.log(
                            Level.INFO,
                            "replica {0} ({1}) created in pool {2}",
                            replica.name(),
                            replica.uuid(),
                            replica.poolName());
                    return messages.of(replica);
                });
    }

    /** All or nothing. */
    private ReplicaInfo createShared(ReplicaSpec spec, Set<String> hosts) {
        UUID uuid = pools.createReplica(spec).uuid();
        try {
            return pools.share(uuid, hosts);
        } catch (RuntimeException e) {
            pools.destroyReplica(uuid);
            throw e;
        }
    }

    @Override
    public void destroyReplica(DestroyReplicaRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    Requests.uuid("uuid", request.getUuid());
                    Optional<PoolInfo> pool = PoolOfRequest.of(request).existing(poolLookup);
                    ReplicaInfo replica = lookup.replicaToDestroy(request.getUuid());
                    PoolOfRequest.requireIn(
                            pool,
                            "replica " + replica.name(),
                            replica.poolUuid(),
                            replica.poolName());
                    Waiting.on(() -> pools.destroyReplica(replica.uuid()));
                    LOG.log(
                            Level.INFO,
                            "replica {0} ({1}) destroyed",
                            replica.name(),
                            replica.uuid());
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void listReplicas(
            ListReplicaOptions request, StreamObserver<ListReplicasResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ReplicaFilter filter = new ReplicaFilter(request);
                    ListReplicasResponse.Builder response = ListReplicasResponse.newBuilder();
                    Waiting.on(pools::replicas).stream()
                            .filter(filter)
                            .forEach(each -> response.addReplicas(messages.of(each)));
                    return response.build();
                });
    }

    @Override
    public void shareReplica(ShareReplicaRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    boolean share =
                            ReplicaRequests.wantsShare(request.getShare(), request.getShareValue());
                    Set<String> hosts = ReplicaRequests.allowedHosts(request.getAllowedHostsList());
                    ReplicaInfo replica = lookup.replica(request.getUuid());
                    if (share) {
                        UUID uuid = replica.uuid();
                        return messages.of(Waiting.on(() -> pools.share(uuid, hosts)));
                    }
                    if (replica.shared()) {
                        throw invalid(
                                "share must be NVMF for replica "
                                        + replica.name()
                                        + ", which is shared already; UnshareReplica ends that");
                    }
                    return messages.of(replica);
                });
    }

    @Override
    public void unshareReplica(UnshareReplicaRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    UUID uuid = lookup.replica(request.getUuid()).uuid();
                    return messages.of(Waiting.on(() -> pools.unshare(uuid)));
                });
    }

    @Override
    public void resizeReplica(ResizeReplicaRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    long size = Requests.size("requested_size", request.getRequestedSize());
                    UUID uuid = Requests.uuid("uuid", request.getUuid());
                    if (lookup.isSnapshot(uuid)) {
                        throw Status.PERMISSION_DENIED
                                .withDescription(
                                        "uuid names a snapshot, which keeps its size: " + uuid)
                                .asRuntimeException();
                    }
                    ReplicaInfo before = lookup.replica(request.getUuid());
                    ReplicaInfo after = Waiting.on(() -> pools.resizeReplica(uuid, size));
                    LOG.log(
                            Level.INFO,
                            "replica {0} resized from {1} to {2} bytes",
                            after.name(),
                            before.sizeBytes(),
                            after.sizeBytes());
                    return messages.of(after);
                });
    }

    @Override
    public void setReplicaEntityId(
            SetReplicaEntityIdRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    String entityId = ReplicaRequests.entityId(request.getEntityId());
                    UUID uuid = lookup.replica(request.getUuid()).uuid();
                    return messages.of(Waiting.on(() -> pools.setEntityId(uuid, entityId)));
                });
    }
}
