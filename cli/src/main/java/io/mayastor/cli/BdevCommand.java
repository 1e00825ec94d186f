package io.mayastor.cli;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.mayastor.api.v1.Bdev;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.BdevRpcGrpc.BdevRpcBlockingStub;
import io.mayastor.api.v1.BdevShareRequest;
import io.mayastor.api.v1.BdevUnshareRequest;
import io.mayastor.api.v1.CreateBdevRequest;
import io.mayastor.api.v1.DestroyBdevRequest;
import io.mayastor.api.v1.ListBdevOptions;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor bdev …}: block devices of an engine. */
@Command(
        name = "bdev",
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, list, share and destroy block devices.",
        footer = {
            "",
            "Device URIs:",
            "  malloc:///NAME?size_mb=256&blk_size=4096   memory",
            "  aio:///PATH  or  uring:///PATH             file or disk (a bare path will do)",
            "  null:///NAME?size_mb=1024                  reads zeros, forgets writes",
            "  nvmf+tcp://HOST:PORT/NQN                   namespace of another NVMe/TCP target",
            "",
            "Example:",
            "  mayastor bdev create 'malloc:///m0?size_mb=256&blk_size=4096'",
            "  mayastor bdev share m0"
        })
final class BdevCommand extends Group {
    @Command(name = "list", description = "Show all devices, or one.")
    void list(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this device.")
                    String name) {
        ListBdevOptions.Builder options = ListBdevOptions.newBuilder();
        if (name != null) {
            options.setName(StringValue.of(name));
        }
        var response = call(client, stub -> stub.list(options.build()));
        if (name != null && response.getBdevsCount() == 0) {
            throw Status.NOT_FOUND
                    .withDescription("there is no device " + name)
                    .asRuntimeException();
        }
        client.answer().show(response, () -> tableOf(response.getBdevsList()), "No devices.");
    }

    @Command(name = "create", description = "Open a device by its URI; prints its name.")
    void create(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "URI", description = "See `mayastor bdev --help`.")
                    String uri) {
        var response =
                call(
                        client,
                        stub -> stub.create(CreateBdevRequest.newBuilder().setUri(uri).build()));
        client.answer().show(response, () -> response.getBdev().getName());
    }

    @Command(
            name = "destroy",
            description = "Close a device; a share of it ends first. Files keep their data.")
    void destroy(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "NAME", description = "Name or URI of the device.")
                    String name) {
        call(client, stub -> stub.destroy(DestroyBdevRequest.newBuilder().setUri(name).build()));
        client.answer().remark(name + " destroyed");
    }

    @Command(
            name = "share",
            description = "Offer a device over NVMe/TCP; prints the URI to connect to.")
    void share(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = {"-p", "--protocol"},
                            paramLabel = "PROTOCOL",
                            defaultValue = "nvmf",
                            description = "nvmf is the only one.")
                    ShareProtocol protocol,
            @Option(
                            names = "--allowed-host",
                            paramLabel = "NQN",
                            description =
                                    "Host that may connect; repeat for more. Default: any host.")
                    List<String> allowedHosts) {
        BdevShareRequest.Builder request =
                BdevShareRequest.newBuilder().setName(name).setProtocol(protocol);
        if (allowedHosts != null) {
            request.addAllAllowedHosts(allowedHosts);
        }
        var response = call(client, stub -> stub.share(request.build()));
        client.answer().show(response, () -> response.getBdev().getShareUri());
    }

    @Command(name = "unshare", description = "Stop offering a device; connected hosts lose it.")
    void unshare(@Mixin ClientOptions client, @Parameters(paramLabel = "NAME") String name) {
        call(client, stub -> stub.unshare(BdevUnshareRequest.newBuilder().setName(name).build()));
        client.answer().remark(name + " is not shared any more");
    }

    private static <T> T call(ClientOptions client, Function<BdevRpcBlockingStub, T> call) {
        try (Connection connection = client.connect()) {
            return connection.call(BdevRpcGrpc::newBlockingStub, call);
        }
    }

    private static Table tableOf(List<Bdev> bdevs) {
        Table table =
                new Table(
                        "NAME",
                        "UUID",
                        ">NUM_BLOCKS",
                        ">BLK_SIZE",
                        ">CAPACITY",
                        "CLAIMED_BY",
                        "SHARE_URI");
        for (Bdev each : bdevs) {
            table.add(
                    each.getName(),
                    each.getUuid(),
                    each.getNumBlocks(),
                    each.getBlkSize(),
                    Sizes.format(each.getNumBlocks() * each.getBlkSize()),
                    each.getClaimedBy(),
                    each.getShareUri());
        }
        return table;
    }
}
