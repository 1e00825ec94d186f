package io.mayastor.cli;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaRpcGrpc;
import io.mayastor.cli.client.Connection;
import java.util.List;
import java.util.regex.Pattern;

/** Finds a replica or snapshot by what a person calls it: its name or its UUID. */
final class VolumeNames {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

    private VolumeNames() {}

    /** A replica or clone. */
    static Replica replica(Connection connection, String nameOrUuid) {
        return find(
                connection,
                "replica",
                nameOrUuid,
                ListReplicaOptions.Query.newBuilder().setReplica(true).setClone(true).build());
    }

    static Replica snapshot(Connection connection, String nameOrUuid) {
        return find(
                connection,
                "snapshot",
                nameOrUuid,
                ListReplicaOptions.Query.newBuilder().setSnapshot(true).build());
    }

    private static Replica find(
            Connection connection, String what, String nameOrUuid, ListReplicaOptions.Query query) {
        StringValue text = StringValue.of(nameOrUuid);
        ListReplicaOptions.Builder options = ListReplicaOptions.newBuilder().setQuery(query);
        if (UUID.matcher(nameOrUuid).matches()) {
            options.setUuid(text);
        } else {
            options.setName(text);
        }
        List<Replica> found =
                connection
                        .call(
                                ReplicaRpcGrpc::newBlockingStub,
                                stub -> stub.listReplicas(options.build()))
                        .getReplicasList();
        if (found.isEmpty()) {
            throw Status.NOT_FOUND
                    .withDescription("there is no " + what + " " + nameOrUuid)
                    .asRuntimeException();
        }
        return found.getFirst();
    }
}
