package io.mayastor.cli;

import io.mayastor.api.v1.CreateReplicaSnapshotRequest;
import io.mayastor.api.v1.CreateSnapshotCloneRequest;
import io.mayastor.api.v1.DestroySnapshotRequest;
import io.mayastor.api.v1.ListSnapshotCloneRequest;
import io.mayastor.api.v1.ListSnapshotsRequest;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.SnapshotRpcGrpc;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor snapshot …}: what replicas were at some time, and clones of it. */
@Command(
        name = "snapshot",
        synopsisSubcommandLabel = "COMMAND",
        description = "Take snapshots of replicas, and make clones of snapshots.",
        footer = {
            "",
            "A REPLICA or SNAPSHOT is named by its name or its UUID.",
            "",
            "Example:",
            "  mayastor snapshot create r0 monday",
            "  mayastor snapshot clone monday r1     a replica as r0 was then",
            "  mayastor replica share r1"
        })
final class SnapshotCommand extends Group {
    @Command(
            name = "create",
            description = "Take a snapshot of a replica at this moment; prints its UUID.")
    void create(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "REPLICA") String replica,
            @Parameters(index = "1", paramLabel = "NAME") String name,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Default: a new one.")
                    String uuid,
            @Option(
                            names = "--entity-id",
                            paramLabel = "ID",
                            description =
                                    "What it belongs to. Default: that of the replica, else the"
                                            + " replica's UUID.")
                    String entityId,
            @Option(
                            names = "--txn-id",
                            paramLabel = "ID",
                            description = "What it was taken for. Default: a new UUID.")
                    String txnId) {
        try (Connection connection = client.connect()) {
            Replica of = VolumeNames.replica(connection, replica);
            String owner = of.getEntityId().isEmpty() ? of.getUuid() : of.getEntityId();
            CreateReplicaSnapshotRequest request =
                    CreateReplicaSnapshotRequest.newBuilder()
                            .setReplicaUuid(of.getUuid())
                            .setSnapshotUuid(orNew(uuid))
                            .setSnapshotName(name)
                            .setEntityId(entityId == null ? owner : entityId)
                            .setTxnId(orNew(txnId))
                            .build();
            var response =
                    connection.call(
                            SnapshotRpcGrpc::newBlockingStub,
                            stub -> stub.createReplicaSnapshot(request));
            client.answer().show(response, () -> response.getSnapshot().getSnapshotUuid());
        }
    }

    @Command(name = "list", description = "Show all snapshots, or those of one replica.")
    void list(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "REPLICA", description = "Only of this one.")
                    String replica) {
        try (Connection connection = client.connect()) {
            ListSnapshotsRequest.Builder request = ListSnapshotsRequest.newBuilder();
            if (replica != null) {
                request.setSourceUuid(VolumeNames.replica(connection, replica).getUuid());
            }
            var response =
                    connection.call(
                            SnapshotRpcGrpc::newBlockingStub,
                            stub -> stub.listSnapshot(request.build()));
            client.answer()
                    .show(
                            response,
                            () -> ReplicaTables.ofSnapshots(response.getSnapshotsList()),
                            "No snapshots.");
        }
    }

    @Command(
            name = "destroy",
            description =
                    "Delete a snapshot; one with clones is discarded and goes with the last of"
                            + " them.")
    void destroy(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "SNAPSHOT") String snapshot,
            @Option(
                            names = {"-p", "--pool"},
                            paramLabel = "POOL",
                            description = "Only when it is in the pool of this name.")
                    String pool,
            @Option(names = "--wait", description = "Until all its space has come back.")
                    boolean wait) {
        try (Connection connection = client.connect()) {
            Replica found = VolumeNames.snapshot(connection, snapshot);
            DestroySnapshotRequest.Builder request =
                    DestroySnapshotRequest.newBuilder().setSnapshotUuid(found.getUuid());
            if (pool != null) {
                request.setPoolName(pool);
            }
            connection.call(
                    SnapshotRpcGrpc::newBlockingStub,
                    stub -> stub.destroySnapshot(request.build()));
            if (wait) {
                PendingDeletion.await(client, connection, found.getPoolname());
            }
            client.answer().remark("snapshot " + found.getName() + " destroyed");
        }
    }

    @Command(
            name = "clone",
            description = "Make a replica that starts as the snapshot; prints its UUID.")
    void copy(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "SNAPSHOT") String snapshot,
            @Parameters(index = "1", paramLabel = "NAME") String name,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Default: a new one.")
                    String uuid) {
        try (Connection connection = client.connect()) {
            CreateSnapshotCloneRequest request =
                    CreateSnapshotCloneRequest.newBuilder()
                            .setSnapshotUuid(VolumeNames.snapshot(connection, snapshot).getUuid())
                            .setCloneName(name)
                            .setCloneUuid(orNew(uuid))
                            .build();
            Replica clone =
                    connection.call(
                            SnapshotRpcGrpc::newBlockingStub,
                            stub -> stub.createSnapshotClone(request));
            client.answer().show(clone, clone::getUuid);
        }
    }

    @Command(name = "clones", description = "Show all clones, or those of one snapshot.")
    void clones(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "SNAPSHOT", description = "Only of this one.")
                    String snapshot) {
        try (Connection connection = client.connect()) {
            ListSnapshotCloneRequest.Builder request = ListSnapshotCloneRequest.newBuilder();
            if (snapshot != null) {
                request.setSnapshotUuid(VolumeNames.snapshot(connection, snapshot).getUuid());
            }
            var response =
                    connection.call(
                            SnapshotRpcGrpc::newBlockingStub,
                            stub -> stub.listSnapshotClone(request.build()));
            client.answer()
                    .show(
                            response,
                            () -> ReplicaTables.of(response.getReplicasList()),
                            "No clones.");
        }
    }

    private static String orNew(String uuid) {
        return uuid == null ? UUID.randomUUID().toString() : uuid;
    }
}
