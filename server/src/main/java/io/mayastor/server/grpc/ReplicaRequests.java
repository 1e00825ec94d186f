package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.invalid;
import static io.mayastor.server.grpc.Requests.require;

import io.mayastor.api.v1.CreateReplicaRequest;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.server.node.Shares;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a caller may say about a replica, and what we make of it. */
final class ReplicaRequests {
    /** A replica is shared under its name, so an NQN must hold it. */
    static final int MAX_NAME_BYTES = 223 - Shares.NQN_PREFIX.length();

    private static final int MAX_ENTITY_ID_BYTES = 255;
    private static final int MAX_HOSTS = 128;

    private ReplicaRequests() {}

    static ReplicaSpec spec(CreateReplicaRequest request, PoolInfo pool) {
        long size = Requests.size("size", request.getSize());
        require(
                size <= pool.capacityBytes(),
                "size must be at most the capacity of pool %s, %d bytes, not %d"
                        .formatted(pool.name(), pool.capacityBytes(), size));
        return new ReplicaSpec(
                pool.name(),
                Requests.name("name", request.getName(), MAX_NAME_BYTES),
                Requests.uuid("uuid", request.getUuid()),
                size,
                request.getThin(),
                request.hasEntityId()
                        ? Optional.of(entityId(request.getEntityId()))
                        : Optional.empty());
    }

    static String entityId(String text) {
        return Requests.text("entity_id", text, MAX_ENTITY_ID_BYTES);
    }

    /** Whether NVMe/TCP is asked for; there is nothing else. */
    static boolean wantsShare(ShareProtocol protocol, int number) {
        return switch (protocol) {
            case NONE -> false;
            case NVMF -> true;
            case ISCSI, UNRECOGNIZED ->
                    throw invalid(
                            "share must be NONE or NVMF, not "
                                    + (protocol == ShareProtocol.ISCSI ? "ISCSI" : number));
        };
    }

    static Set<String> allowedHosts(List<String> hosts) {
        require(
                hosts.size() <= MAX_HOSTS,
                "allowed_hosts must name at most " + MAX_HOSTS + " hosts, not " + hosts.size());
        for (String each : hosts) {
            Optional<String> problem = Nqn.problem(each);
            require(problem.isEmpty(), "allowed_hosts: " + problem.orElse(""));
        }
        return new LinkedHashSet<>(hosts);
    }
}
