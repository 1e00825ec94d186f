package io.mayastor.e2e;

import io.grpc.ManagedChannel;
import io.mayastor.api.v1.CreatePoolRequest;
import io.mayastor.api.v1.CreateReplicaRequest;
import io.mayastor.api.v1.CreateReplicaSnapshotRequest;
import io.mayastor.api.v1.CreateSnapshotCloneRequest;
import io.mayastor.api.v1.DestroyReplicaRequest;
import io.mayastor.api.v1.DestroySnapshotRequest;
import io.mayastor.api.v1.ListPoolOptions;
import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolRpcGrpc;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaRpcGrpc;
import io.mayastor.api.v1.ResizeReplicaRequest;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.api.v1.ShareReplicaRequest;
import io.mayastor.api.v1.SnapshotRpcGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Asks an engine for pools, thin replicas and snapshots. All have names here. */
public final class EnginePools {
    private static final long CALL_SECONDS = 60;
    private static final long POLL_MILLIS = 100;

    private final ManagedChannel channel;

    EnginePools(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Makes a pool on a blank disk, or opens the one that it carries. */
    public void open(String name, Path disk) {
        pools().createPool(
                        CreatePoolRequest.newBuilder()
                                .setName(name)
                                .addDisks("aio://" + disk + "?blk_size=4096")
                                .build());
    }

    public List<Pool> list() {
        return pools().listPools(ListPoolOptions.getDefaultInstance()).getPoolsList();
    }

    public Pool pool(String name) {
        return list().stream()
                .filter(pool -> pool.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pool " + name + " in " + list()));
    }

    /** Waits until the pool is as the condition wants it. */
    public void await(String name, Predicate<Pool> condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALL_SECONDS);
        for (Pool seen = pool(name); !condition.test(seen); seen = pool(name)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still not, after a minute: " + seen);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /**
     * The thin replica of this name, which is made when there is none; shared.
     *
     * @return NQN of its subsystem
     */
    public String replica(String pool, String name, int sizeMib) {
        Replica replica =
                find(name)
                        .orElseGet(() ->
                                replicas()
                                        .createReplica(
                                                CreateReplicaRequest.newBuilder()
                                                        .setName(name)
                                                        .setUuid(uuid(name))
                                                        .setPooluuid(pool(pool).getUuid())
                                                        .setSize((long) sizeMib << 20)
                                                        .setThin(true)
                                                        .setShare(ShareProtocol.NVMF)
                                                        .build()));
        if (replica.getShare() != ShareProtocol.NVMF) {
            throw new AssertionError("not shared any more: " + replica);
        }
        return EngineProcess.nqn(replica.getUri());
    }

    public Optional<Replica> find(String name) {
        return replicas()
                .listReplicas(ListReplicaOptions.getDefaultInstance())
                .getReplicasList()
                .stream()
                .filter(replica -> replica.getName().equals(name))
                .findFirst();
    }

    public void resize(String replica, int sizeMib) {
        replicas()
                .resizeReplica(
                        ResizeReplicaRequest.newBuilder()
                                .setUuid(uuid(replica))
                                .setRequestedSize((long) sizeMib << 20)
                                .build());
    }

    public void destroyReplica(String name) {
        replicas().destroyReplica(DestroyReplicaRequest.newBuilder().setUuid(uuid(name)).build());
    }

    public void snapshot(String replica, String name) {
        snapshots()
                .createReplicaSnapshot(
                        CreateReplicaSnapshotRequest.newBuilder()
                                .setReplicaUuid(uuid(replica))
                                .setSnapshotUuid(uuid(name))
                                .setSnapshotName(name)
                                .setEntityId("e2e")
                                .setTxnId(name)
                                .build());
    }

    public void destroySnapshot(String name) {
        snapshots()
                .destroySnapshot(
                        DestroySnapshotRequest.newBuilder().setSnapshotUuid(uuid(name)).build());
    }

    /**
     * A shared clone of a snapshot.
     *
     * @return NQN of its subsystem
     */
    public String clone(String snapshot, String name) {
        snapshots()
                .createSnapshotClone(
                        CreateSnapshotCloneRequest.newBuilder()
                                .setSnapshotUuid(uuid(snapshot))
                                .setCloneName(name)
                                .setCloneUuid(uuid(name))
                                .build());
        return EngineProcess.nqn(
                replicas()
                        .shareReplica(
                                ShareReplicaRequest.newBuilder()
                                        .setUuid(uuid(name))
                                        .setShare(ShareProtocol.NVMF)
                                        .build())
                        .getUri());
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private PoolRpcGrpc.PoolRpcBlockingStub pools() {
        return PoolRpcGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private ReplicaRpcGrpc.ReplicaRpcBlockingStub replicas() {
        return ReplicaRpcGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private SnapshotRpcGrpc.SnapshotRpcBlockingStub snapshots() {
        return SnapshotRpcGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }
}
