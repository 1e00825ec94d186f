package io.mayastor.cli;

import com.google.protobuf.Empty;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.ResourceUsage;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayastor host resource}, also {@code mayastor perf resource}. */
@Command(
        name = "resource",
        description = "Show what the engine's process has used since its start.")
final class ResourceCommand implements Runnable {
    @Mixin private ClientOptions client;

    @Override
    public void run() {
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            HostRpcGrpc::newBlockingStub,
                            stub -> stub.getMayastorResourceUsage(Empty.getDefaultInstance()));
            client.answer().show(response, () -> tableOf(response.getUsage()), "No figures.");
        }
    }

    private static Table tableOf(ResourceUsage usage) {
        Table table =
                new Table(">SOFT_FAULTS", ">HARD_FAULTS", ">VOLUNTARY_CSW", ">INVOLUNTARY_CSW");
        table.add(
                usage.getSoftFaults(),
                usage.getHardFaults(),
                usage.getVolCsw(),
                usage.getInvolCsw());
        return table;
    }
}
