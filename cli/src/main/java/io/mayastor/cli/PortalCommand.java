package io.mayastor.cli;

import com.google.protobuf.Empty;
import io.mayastor.api.ext.v1.AddPortalRequest;
import io.mayastor.api.ext.v1.Portal;
import io.mayastor.api.ext.v1.RemovePortalRequest;
import io.mayastor.api.ext.v1.TargetRpcGrpc;
import io.mayastor.api.ext.v1.TargetRpcGrpc.TargetRpcBlockingStub;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.client.Endpoint;
import io.mayastor.cli.text.Table;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mayastor portal …}: addresses on which the target listens. */
@Command(
        name = "portal",
        synopsisSubcommandLabel = "COMMAND",
        description = "List, add and remove addresses on which the target listens.",
        footer = {"", "Example:", "  mayastor portal add 192.168.1.5:8420"})
final class PortalCommand extends Group {
    private static final String ADDRESS = "ADDRESS:PORT";

    @Command(name = "list", description = "Show all portals.")
    void list(@Mixin ClientOptions client) {
        var response = call(client, stub -> stub.listPortals(Empty.getDefaultInstance()));
        client.answer().show(response, () -> tableOf(response.getPortalsList()), "No portals.");
    }

    @Command(name = "add", description = "Listen on one more address, port 0 for any; prints it.")
    void add(@Mixin ClientOptions client, @Parameters(paramLabel = ADDRESS) String address) {
        Endpoint endpoint = parse(address, 0);
        var portal =
                call(
                        client,
                        stub ->
                                stub.addPortal(
                                        AddPortalRequest.newBuilder()
                                                .setAddress(bare(endpoint))
                                                .setPort(endpoint.port())
                                                .build()));
        client.answer().show(portal, () -> endpoint.host() + ":" + portal.getPort());
    }

    @Command(
            name = "remove",
            description = "Stop listening there; hosts that came in through it stay connected.")
    void remove(@Mixin ClientOptions client, @Parameters(paramLabel = ADDRESS) String address) {
        Endpoint endpoint = parse(address, 1);
        call(
                client,
                stub ->
                        stub.removePortal(
                                RemovePortalRequest.newBuilder()
                                        .setAddress(bare(endpoint))
                                        .setPort(endpoint.port())
                                        .build()));
        client.answer().remark("portal " + endpoint + " removed");
    }

    private static Endpoint parse(String address, int leastPort) {
        try {
            return Endpoint.parse(address, 8420, leastPort);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static String bare(Endpoint endpoint) {
        return endpoint.host().replace("[", "").replace("]", "");
    }

    private static <T> T call(ClientOptions client, Function<TargetRpcBlockingStub, T> call) {
        try (Connection connection = client.connect()) {
            return connection.call(TargetRpcGrpc::newBlockingStub, call);
        }
    }

    private static Table tableOf(List<Portal> portals) {
        Table table = new Table("ADDRESS", ">PORT");
        for (Portal each : portals) {
            table.add(each.getAddress(), each.getPort());
        }
        return table;
    }
}
