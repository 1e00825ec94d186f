package io.mayastor.cli;

import io.mayastor.api.v1.CreateReplicaRequest;
import io.mayastor.api.v1.DestroyReplicaRequest;
import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.ListReplicasResponse;
import io.mayastor.api.v1.ListStatsOption;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaIoStats;
import io.mayastor.api.v1.ReplicaRpcGrpc;
import io.mayastor.api.v1.ResizeReplicaRequest;
import io.mayastor.api.v1.SetReplicaEntityIdRequest;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.api.v1.ShareReplicaRequest;
import io.mayastor.api.v1.StatsRpcGrpc;
import io.mayastor.api.v1.UnshareReplicaRequest;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.SizeConverter;
import io.mayastor.cli.text.Sizes;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor replica …}: volumes in pools. */
@Command(
        name = "replica",
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, share, resize and wipe replicas: the volumes of a pool.",
        subcommands = WipeCommand.class,
        footer = {
            "",
            "A REPLICA is named by its name or its UUID. Sizes: 10GiB, 512MiB, or bytes.",
            "",
            "Example:",
            "  mayastor replica create r0 1GiB --pool p0 --thin --share",
            "  mayastor replica resize r0 2GiB"
        })
final class ReplicaCommand extends Group {
    @Command(
            name = "create",
            description =
                    "Make a replica; prints its UUID, or the URI to connect to when it is shared.")
    void create(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(
                            index = "1",
                            paramLabel = "SIZE",
                            converter = SizeConverter.class,
                            description = "Rounded up to whole clusters of the pool.")
                    long size,
            @Option(
                            names = {"-p", "--pool"},
                            paramLabel = "POOL",
                            required = true,
                            description = "Name or UUID of its pool.")
                    String pool,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Default: a new one.")
                    String uuid,
            @Option(
                            names = "--thin",
                            description = "Take space as it is written. Default: all at once.")
                    boolean thin,
            @Option(names = "--share", description = "Offer it over NVMe/TCP.") boolean share,
            @Option(
                            names = "--allowed-host",
                            paramLabel = "NQN",
                            description =
                                    "Host that may connect; repeat for more. Default: any host.")
                    List<String> allowedHosts,
            @Option(
                            names = "--entity-id",
                            paramLabel = "ID",
                            description = "What it belongs to, for instance a volume.")
                    String entityId) {
        CreateReplicaRequest.Builder request =
                CreateReplicaRequest.newBuilder()
                        .setName(name)
                        .setUuid(uuid == null ? UUID.randomUUID().toString() : uuid)
                        .setPooluuid(pool)
                        .setSize(size)
                        .setThin(thin)
                        .setShare(share ? ShareProtocol.NVMF : ShareProtocol.NONE);
        if (allowedHosts != null) {
            request.addAllAllowedHosts(allowedHosts);
        }
        if (entityId != null) {
            request.setEntityId(entityId);
        }
        try (Connection connection = client.connect()) {
            Replica replica =
                    connection.call(
                            ReplicaRpcGrpc::newBlockingStub,
                            stub -> stub.createReplica(request.build()));
            client.answer().show(replica, share ? replica::getUri : replica::getUuid);
        }
    }

    @Command(
            name = "destroy",
            description = "Unshare and delete a replica; its space comes back in the background.")
    void destroy(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "REPLICA") String replica,
            @Option(
                            names = {"-p", "--pool"},
                            paramLabel = "POOL",
                            description = "Only when it is in the pool of this name.")
                    String pool,
            @Option(names = "--wait", description = "Until all its space has come back.")
                    boolean wait) {
        try (Connection connection = client.connect()) {
            Replica found = VolumeNames.replica(connection, replica);
            DestroyReplicaRequest.Builder request =
                    DestroyReplicaRequest.newBuilder().setUuid(found.getUuid());
            if (pool != null) {
                request.setPoolName(pool);
            }
            connection.call(
                    ReplicaRpcGrpc::newBlockingStub, stub -> stub.destroyReplica(request.build()));
            if (wait) {
                PendingDeletion.await(client, connection, found.getPoolname());
            }
            client.answer().remark("replica " + found.getName() + " destroyed");
        }
    }

    @Command(
            name = "share",
            description =
                    "Offer a replica over NVMe/TCP, or change who may connect; prints the URI.")
    void share(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "REPLICA") String replica,
            @Option(
                            names = "--allowed-host",
                            paramLabel = "NQN",
                            description =
                                    "Host that may connect; repeat for more. Default: any host.")
                    List<String> allowedHosts) {
        try (Connection connection = client.connect()) {
            ShareReplicaRequest.Builder request =
                    ShareReplicaRequest.newBuilder()
                            .setUuid(VolumeNames.replica(connection, replica).getUuid())
                            .setShare(ShareProtocol.NVMF);
            if (allowedHosts != null) {
                request.addAllAllowedHosts(allowedHosts);
            }
            Replica shared =
                    connection.call(
                            ReplicaRpcGrpc::newBlockingStub,
                            stub -> stub.shareReplica(request.build()));
            client.answer().show(shared, shared::getUri);
        }
    }

    @Command(name = "unshare", description = "Stop offering a replica; connected hosts lose it.")
    void unshare(@Mixin ClientOptions client, @Parameters(paramLabel = "REPLICA") String replica) {
        try (Connection connection = client.connect()) {
            UnshareReplicaRequest request =
                    UnshareReplicaRequest.newBuilder()
                            .setUuid(VolumeNames.replica(connection, replica).getUuid())
                            .build();
            Replica unshared =
                    connection.call(
                            ReplicaRpcGrpc::newBlockingStub, stub -> stub.unshareReplica(request));
            client.answer().remark("replica " + unshared.getName() + " is not shared any more");
        }
    }

    @Command(name = "resize", description = "Make a replica larger or smaller; hosts are told.")
    void resize(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "REPLICA") String replica,
            @Parameters(index = "1", paramLabel = "SIZE", converter = SizeConverter.class)
                    long size) {
        try (Connection connection = client.connect()) {
            ResizeReplicaRequest request =
                    ResizeReplicaRequest.newBuilder()
                            .setUuid(VolumeNames.replica(connection, replica).getUuid())
                            .setRequestedSize(size)
                            .build();
            Replica resized =
                    connection.call(
                            ReplicaRpcGrpc::newBlockingStub, stub -> stub.resizeReplica(request));
            client.answer()
                    .show(
                            resized,
                            () ->
                                    "replica "
                                            + resized.getName()
                                            + " has "
                                            + Sizes.format(resized.getSize()));
        }
    }

    @Command(name = "set-entity-id", description = "Say what a replica belongs to.")
    void setEntityId(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "REPLICA") String replica,
            @Parameters(index = "1", paramLabel = "ID") String entityId) {
        try (Connection connection = client.connect()) {
            SetReplicaEntityIdRequest request =
                    SetReplicaEntityIdRequest.newBuilder()
                            .setUuid(VolumeNames.replica(connection, replica).getUuid())
                            .setEntityId(entityId)
                            .build();
            Replica changed =
                    connection.call(
                            ReplicaRpcGrpc::newBlockingStub,
                            stub -> stub.setReplicaEntityId(request));
            client.answer()
                    .show(
                            changed,
                            () ->
                                    "replica "
                                            + changed.getName()
                                            + " belongs to "
                                            + changed.getEntityId());
        }
    }

    @Command(name = "list", description = "Show all replicas, clones and snapshots, or one.")
    void list(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "REPLICA", description = "Only this one.")
                    String replica,
            @Option(
                            names = {"-p", "--pool"},
                            paramLabel = "POOL",
                            description = "Only those in the pool of this name.")
                    String pool) {
        try (Connection connection = client.connect()) {
            ListReplicasResponse response =
                    replica == null
                            ? all(connection, pool)
                            : ListReplicasResponse.newBuilder()
                                    .addReplicas(VolumeNames.replica(connection, replica))
                                    .build();
            client.answer()
                    .show(
                            response,
                            () -> ReplicaTables.of(response.getReplicasList()),
                            "No replicas.");
        }
    }

    private static ListReplicasResponse all(Connection connection, String pool) {
        ListReplicaOptions.Builder options = ListReplicaOptions.newBuilder();
        if (pool != null) {
            options.getPoolnameBuilder().setValue(pool);
        }
        return connection.call(
                ReplicaRpcGrpc::newBlockingStub, stub -> stub.listReplicas(options.build()));
    }

    @Command(name = "stats", description = "Show what was done with all replicas, or with one.")
    void stats(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "REPLICA", description = "Only this one.")
                    String replica) {
        try (Connection connection = client.connect()) {
            ListStatsOption.Builder options = ListStatsOption.newBuilder();
            if (replica != null) {
                options.setName(VolumeNames.replica(connection, replica).getName());
            }
            var response =
                    connection.call(
                            StatsRpcGrpc::newBlockingStub,
                            stub -> stub.getReplicaIoStats(options.build()));
            client.answer()
                    .show(
                            response,
                            () ->
                                    IoStatsTable.of(
                                            response.getStatsList().stream()
                                                    .map(ReplicaIoStats::getStats)
                                                    .toList()),
                            "No replicas.");
        }
    }
}
