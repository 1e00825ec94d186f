package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Requests.invalid;
import static io.mayastor.server.grpc.Requests.require;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.mayastor.api.v1.CreatePoolRequest;
import io.mayastor.api.v1.ImportPoolRequest;
import io.mayastor.api.v1.PoolType;
import io.mayastor.engine.pool.PoolSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What a caller may say about a pool, and what we make of it. */
final class PoolRequests {
    /** As many as fit into a label. */
    private static final int MAX_NAME_BYTES = 127;

    private static final int MAX_DISKS = 64;
    private static final int MIB = 1 << 20;
    private static final int MAX_CLUSTER_BYTES = 1 << 30;

    private PoolRequests() {}

    static PoolSpec spec(CreatePoolRequest request) {
        refuseEncryption(request.hasData() || request.hasSecret());
        return new PoolSpec(
                name(request.getName()),
                uuid(request.hasUuid(), request.getUuid()),
                disks(request.getDisksList()),
                clusterBytes(request),
                false);
    }

    static PoolSpec spec(ImportPoolRequest request) {
        refuseEncryption(request.hasData() || request.hasSecret());
        requireType(request.getPooltype());
        return spec(
                request.getName(),
                uuid(request.hasUuid(), request.getUuid()),
                request.getDisksList(),
                false);
    }

    static PoolSpec spec(String name, Optional<UUID> uuid, List<String> disks, boolean degraded) {
        return new PoolSpec(name(name), uuid, disks(disks), 0, degraded);
    }

    static String name(String name) {
        return Requests.name("name", name, MAX_NAME_BYTES);
    }

    static Optional<UUID> uuid(boolean given, StringValue uuid) {
        return given ? Optional.of(Requests.uuid("uuid", uuid.getValue())) : Optional.empty();
    }

    /** Whether it is the type that we have; LVM is known and not there. */
    static boolean isOurs(String field, PoolType type) {
        return switch (type) {
            case Lvs -> true;
            case Lvm -> false;
            case UNRECOGNIZED -> throw invalid(field + " must be Lvs or Lvm");
        };
    }

    private static void requireType(PoolType type) {
        if (!isOurs("pooltype", type)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("pooltype must be Lvs: this engine has no LVM support")
                    .asRuntimeException();
        }
    }

    private static void refuseEncryption(boolean wanted) {
        if (wanted) {
            throw Status.UNIMPLEMENTED
                    .withDescription(
                            "encryption: this engine does not encrypt pools yet, and makes no"
                                    + " plain one in its place")
                    .asRuntimeException();
        }
    }

    private static List<String> disks(List<String> disks) {
        require(
                !disks.isEmpty() && disks.size() <= MAX_DISKS,
                "disks must name 1 to " + MAX_DISKS + " devices, not " + disks.size());
        Set<String> seen = new HashSet<>();
        for (String each : disks) {
            require(!each.isBlank(), "disks: each must be a device URI or a path, not empty");
            require(seen.add(each), "disks names " + each + " twice");
        }
        return disks;
    }

    private static int clusterBytes(CreatePoolRequest request) {
        requireType(request.getPooltype());
        if (request.getMdArgs().hasMdResvRatio()) {
            float ratio = mdReservation(request);
            require(
                    ratio > 0 && Float.isFinite(ratio),
                    "md_args.md_resv_ratio must be above 0, not "
                            + ratio
                            + " (it has no effect: metadata takes the space it needs)");
        }
        if (!request.hasClusterSize()) {
            return 0;
        }
        long bytes = Integer.toUnsignedLong(request.getClusterSize());
        require(
                bytes > 0 && bytes % MIB == 0 && bytes <= MAX_CLUSTER_BYTES,
                "cluster_size must be a multiple of 1 MiB and at most 1 GiB, not "
                        + bytes
                        + " bytes");
        return (int) bytes;
    }

    @SuppressWarnings("deprecation") // callers that know no other field still send it
    private static float mdReservation(CreatePoolRequest request) {
        return request.getMdArgs().getMdResvRatio();
    }
}
