package io.mayastor.cli;

import com.google.protobuf.Empty;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.MayastorInfoResponse;
import io.mayastor.api.v1.RegisterRequest;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayastor info}: name, version and endpoints of an engine. */
@Command(name = "info", description = "Show name, version and features of an engine.")
final class InfoCommand implements Runnable {
    @Mixin private ClientOptions client;

    @Override
    public void run() {
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            HostRpcGrpc::newBlockingStub,
                            stub -> stub.getMayastorInfo(Empty.getDefaultInstance()));
            client.answer().show(response, () -> tableOf(response), "Nothing.");
        }
    }

    private static Table tableOf(MayastorInfoResponse info) {
        RegisterRequest node = info.getRegistrationInfo();
        Table table = new Table("PROPERTY", "VALUE");
        table.add("version", info.getVersion());
        table.add("node", node.getId());
        table.add("instance", node.getInstanceUuid().getValue());
        table.add("grpc endpoint", node.getGrpcEndpoint());
        table.add("host nqn", node.getHostnqn().getValue());
        table.add("ana", node.getFeatures().getAsymmetricNamespaceAccess() ? "yes" : "no");
        return table;
    }
}
