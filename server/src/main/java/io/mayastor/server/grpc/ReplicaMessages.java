package io.mayastor.server.grpc;

import io.mayastor.api.v1.PoolType;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaSpaceUsage;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.engine.pool.ReplicaInfo;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;

/** Replicas, clones and snapshots as messages of the contract. */
public final class ReplicaMessages {
    private final BiFunction<String, UUID, List<String>> shareUris;

    /**
     * @param shareUris where a device of this name and UUID can be reached over the network; none
     *     when it is not shared
     */
    public ReplicaMessages(BiFunction<String, UUID, List<String>> shareUris) {
        this.shareUris = shareUris;
    }

    Replica of(ReplicaInfo replica) {
        Replica.Builder message =
                Replica.newBuilder()
                        .setName(replica.name())
                        .setUuid(replica.uuid().toString())
                        .setPooluuid(replica.poolUuid().toString())
                        .setSize(replica.sizeBytes())
                        .setThin(replica.thin())
                        .setShare(replica.shared() ? ShareProtocol.NVMF : ShareProtocol.NONE)
                        .setUri(uri(replica))
                        .setPoolname(replica.poolName())
                        .setUsage(of(replica.usage()))
                        .addAllAllowedHosts(replica.allowedHosts())
                        .setIsSnapshot(replica.isSnapshot())
                        .setIsClone(replica.isClone())
                        .setPooltype(PoolType.Lvs);
        replica.snapshotUuid().ifPresent(each -> message.setSnapshotUuid(each.toString()));
        replica.entityId().ifPresent(message::setEntityId);
        return message.build();
    }

    private String uri(ReplicaInfo replica) {
        List<String> uris = shareUris.apply(replica.name(), replica.uuid());
        return uris.isEmpty()
                ? "bdev:///" + replica.name() + "?uuid=" + replica.uuid()
                : uris.getFirst();
    }

    private static ReplicaSpaceUsage of(ReplicaInfo.Usage usage) {
        ReplicaSpaceUsage.Builder message =
                ReplicaSpaceUsage.newBuilder()
                        .setCapacityBytes(usage.capacityBytes())
                        .setAllocatedBytes(usage.allocatedBytes())
                        .setClusterSize(usage.clusterBytes())
                        .setNumClusters(usage.clusters())
                        .setNumAllocatedClusters(usage.allocatedClusters())
                        .setAllocatedBytesSnapshots(usage.snapshotBytes())
                        .setNumAllocatedClustersSnapshots(usage.snapshotClusters());
        usage.fromCloneBytes().ifPresent(message::setAllocatedBytesSnapshotFromClone);
        return message.build();
    }
}
