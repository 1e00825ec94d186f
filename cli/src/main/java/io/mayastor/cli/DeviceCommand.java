package io.mayastor.cli;

import io.mayastor.api.v1.BlockDevice;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.ListBlockDevicesRequest;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayastor device list}: disks and partitions of the engine's node. */
@Command(
        name = "device",
        synopsisSubcommandLabel = "COMMAND",
        description = "Show disks and partitions of the node.")
final class DeviceCommand extends Group {
    private static final int SECTOR = 512;

    @Command(name = "list", description = "Show the disks and partitions that are free to use.")
    void list(
            @Mixin ClientOptions client,
            @Option(
                            names = {"-a", "--all"},
                            description = "Those in use too.")
                    boolean all) {
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            HostRpcGrpc::newBlockingStub,
                            stub ->
                                    stub.listBlockDevices(
                                            ListBlockDevicesRequest.newBuilder()
                                                    .setAll(all)
                                                    .build()));
            client.answer()
                    .show(
                            response,
                            () -> tableOf(response.getDevicesList()),
                            all ? "No devices." : "No free devices; -a shows those in use too.");
        }
    }

    private static Table tableOf(List<BlockDevice> devices) {
        Table table =
                new Table(
                        "DEVNAME",
                        "DEVTYPE",
                        ">MAJOR",
                        ">MINOR",
                        ">SIZE",
                        "AVAILABLE",
                        "MODEL",
                        "PARTTYPE",
                        "FSTYPE",
                        "FSUUID",
                        "MOUNTPOINTS",
                        "DEVPATH",
                        "DEVLINKS");
        for (BlockDevice each : devices) {
            table.add(
                    each.getDevname(),
                    each.getDevtype(),
                    each.getDevmajor(),
                    each.getDevminor(),
                    Sizes.format(each.getSize() * SECTOR),
                    each.getAvailable() ? "yes" : "no",
                    each.getModel(),
                    each.getPartition().getTypeid(),
                    each.getFilesystem().getFstype(),
                    each.getFilesystem().getUuid(),
                    String.join(",", each.getFilesystem().getMountpointsList()),
                    each.getDevpath(),
                    String.join(",", each.getDevlinksList()));
        }
        return table;
    }
}
