package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.CreateReplicaSnapshotRequest;
import io.mayastor.api.v1.CreateReplicaSnapshotResponse;
import io.mayastor.api.v1.CreateSnapshotCloneRequest;
import io.mayastor.api.v1.DestroySnapshotRequest;
import io.mayastor.api.v1.ListSnapshotCloneRequest;
import io.mayastor.api.v1.ListSnapshotCloneResponse;
import io.mayastor.api.v1.ListSnapshotsRequest;
import io.mayastor.api.v1.ListSnapshotsResponse;
import io.mayastor.api.v1.NexusCreateSnapshotRequest;
import io.mayastor.api.v1.NexusCreateSnapshotResponse;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.SnapshotRpcGrpc.SnapshotRpcImplBase;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.SnapshotSpec;
import io.mayastor.server.pools.Pools;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;

/** {@code mayastor.v1.SnapshotRpc}: snapshots of replicas, and clones of snapshots. */
public final class SnapshotService extends SnapshotRpcImplBase {
    private static final System.Logger LOG =
            System.getLogger(SnapshotService.class.getPackageName());
    private static final int MAX_TEXT_BYTES = 255;

    private final Pools pools;
    private final PoolLookup poolLookup;
    private final ReplicaLookup lookup;
    private final ReplicaMessages messages;

    public SnapshotService(Pools pools, ReplicaMessages messages) {
        this.pools = pools;
        this.messages = messages;
        poolLookup = new PoolLookup(pools);
        lookup = new ReplicaLookup(pools);
    }

    @Override
    public void createReplicaSnapshot(
            CreateReplicaSnapshotRequest request,
            StreamObserver<CreateReplicaSnapshotResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    SnapshotSpec spec = spec(request);
                    SnapshotInfo snapshot = Waiting.on(() -> pools.createSnapshot(spec));
                    LOG.log(
                            Level.INFO,
                            "snapshot {0} ({1}) taken of replica {2}; writes were held for {3} us",
                            snapshot.name(),
                            snapshot.uuid(),
                            spec.replicaUuid(),
                            snapshot.holdNanos().map(nanos -> nanos / 1000).orElse(0L));
                    return CreateReplicaSnapshotResponse.newBuilder()
                            .setReplicaUuid(request.getReplicaUuid())
                            .setSnapshot(SnapshotMessages.of(snapshot))
                            .build();
                });
    }

    private SnapshotSpec spec(CreateReplicaSnapshotRequest request) {
        UUID snapshot = Requests.uuid("snapshot_uuid", request.getSnapshotUuid());
        String name =
                Requests.name(
                        "snapshot_name", request.getSnapshotName(), ReplicaRequests.MAX_NAME_BYTES);
        String entity = Requests.text("entity_id", request.getEntityId(), MAX_TEXT_BYTES);
        String transaction = Requests.text("txn_id", request.getTxnId(), MAX_TEXT_BYTES);
        UUID replica = lookup.replica("replica_uuid", request.getReplicaUuid()).uuid();
        return new SnapshotSpec(replica, snapshot, name, entity, transaction);
    }

    /** This engine has no nexus, so none is known. */
    @Override
    public void createNexusSnapshot(
            NexusCreateSnapshotRequest request,
            StreamObserver<NexusCreateSnapshotResponse> caller) {
        throw Status.NOT_FOUND
                .withDescription("there is no nexus " + request.getNexusUuid())
                .asRuntimeException();
    }

    @Override
    public void listSnapshot(
            ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    SnapshotFilter filter = new SnapshotFilter(request);
                    ListSnapshotsResponse.Builder response = ListSnapshotsResponse.newBuilder();
                    Waiting.on(pools::snapshots).stream()
                            .filter(filter)
                            .forEach(each -> response.addSnapshots(SnapshotMessages.of(each)));
                    return response.build();
                });
    }

    @Override
    public void destroySnapshot(DestroySnapshotRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    Optional<PoolInfo> pool = PoolOfRequest.of(request).existing(poolLookup);
                    SnapshotInfo snapshot =
                            lookup.snapshot("snapshot_uuid", request.getSnapshotUuid());
                    PoolOfRequest.requireIn(
                            pool,
                            "snapshot " + snapshot.name(),
                            snapshot.poolUuid(),
                            snapshot.poolName());
                    Waiting.on(() -> pools.destroySnapshot(snapshot.uuid()));
                    LOG.log(
                            Level.INFO,
                            "snapshot {0} ({1}) destroyed",
                            snapshot.name(),
                            snapshot.uuid());
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void createSnapshotClone(
            CreateSnapshotCloneRequest request, StreamObserver<Replica> caller) {
        Replies.reply(
                caller,
                () -> {
                    UUID clone = Requests.uuid("clone_uuid", request.getCloneUuid());
                    String name =
                            Requests.name(
                                    "clone_name",
                                    request.getCloneName(),
                                    ReplicaRequests.MAX_NAME_BYTES);
                    SnapshotInfo snapshot =
                            lookup.snapshot("snapshot_uuid", request.getSnapshotUuid());
                    if (snapshot.discarded()) {
                        throw new PoolException(
                                Kind.SNAPSHOT_NOT_FOUND,
                                "snapshot %s is discarded: it goes with its last clone"
                                        .formatted(snapshot.uuid()));
                    }
                    ReplicaInfo replica =
                            Waiting.on(() -> pools.createClone(snapshot.uuid(), clone, name));
                    LOG.log(
                            Level.INFO,
                            "clone {0} ({1}) made of snapshot {2}",
                            name,
                            clone,
                            snapshot.name());
                    return messages.of(replica);
                });
    }

    @Override
    public void listSnapshotClone(
            ListSnapshotCloneRequest request, StreamObserver<ListSnapshotCloneResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    Optional<UUID> of =
                            request.hasSnapshotUuid()
                                    ? Optional.of(
                                            Requests.uuid(
                                                    "snapshot_uuid", request.getSnapshotUuid()))
                                    : Optional.empty();
                    ListSnapshotCloneResponse.Builder response =
                            ListSnapshotCloneResponse.newBuilder();
                    Waiting.on(pools::replicas).stream()
                            .filter(ReplicaInfo::isClone)
                            .filter(each -> of.isEmpty() || each.snapshotUuid().equals(of))
                            .forEach(each -> response.addReplicas(messages.of(each)));
                    return response.build();
                });
    }
}
