package io.mayastor.cli;

import com.google.protobuf.Empty;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.NvmeController;
import io.mayastor.api.v1.NvmeControllerIoStats;
import io.mayastor.api.v1.StatNvmeControllerRequest;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mayastor controller …}: remote controllers that the engine is connected to as a host. */
@Command(
        name = "controller",
        synopsisSubcommandLabel = "COMMAND",
        description = "Show remote NVMe controllers the engine is connected to.")
final class ControllerCommand extends Group {
    @Command(name = "list", description = "Show the controllers and their states.")
    void list(@Mixin ClientOptions client) {
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            HostRpcGrpc::newBlockingStub,
                            stub -> stub.listNvmeControllers(Empty.getDefaultInstance()));
            client.answer()
                    .show(
                            response,
                            () -> {
                                Table table = new Table("NAME", ">SIZE", "STATE", ">BLK_SIZE");
                                for (NvmeController each : response.getControllersList()) {
                                    table.add(
                                            each.getName(),
                                            Sizes.format(each.getSize()),
                                            each.getState().name().toLowerCase(Locale.ROOT),
                                            each.getBlkSize());
                                }
                                return table;
                            },
                            "No controllers.");
        }
    }

    @Command(name = "stats", description = "Show what one controller has done.")
    void stats(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "NAME", description = "As `controller list` shows it.")
                    String name) {
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            HostRpcGrpc::newBlockingStub,
                            stub ->
                                    stub.statNvmeController(
                                            StatNvmeControllerRequest.newBuilder()
                                                    .setName(name)
                                                    .build()));
            client.answer().show(response, () -> tableOf(name, response.getStats()), "No figures.");
        }
    }

    private static Table tableOf(String name, NvmeControllerIoStats stats) {
        Table table =
                new Table(
                        "NAME",
                        ">READS",
                        ">WRITES",
                        ">READ/B",
                        ">WRITTEN/B",
                        ">NUM_UNMAPS",
                        ">BYTES_UNMAPPED");
        table.add(
                name,
                stats.getNumReadOps(),
                stats.getNumWriteOps(),
                Sizes.format(stats.getBytesRead()),
                Sizes.format(stats.getBytesWritten()),
                stats.getNumUnmapOps(),
                Sizes.format(stats.getBytesUnmapped()));
        return table;
    }
}
