package io.mayastor.cli;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.mayastor.api.ext.v1.AddPoolDiskRequest;
import io.mayastor.api.ext.v1.GetPoolDetailsRequest;
import io.mayastor.api.ext.v1.ImportPoolDegradedRequest;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc.StoragePoolRpcBlockingStub;
import io.mayastor.api.v1.ClearErrorRequest;
import io.mayastor.api.v1.CreatePoolRequest;
import io.mayastor.api.v1.DestroyPoolRequest;
import io.mayastor.api.v1.ExportPoolRequest;
import io.mayastor.api.v1.GrowPoolRequest;
import io.mayastor.api.v1.ImportPoolRequest;
import io.mayastor.api.v1.ListPoolOptions;
import io.mayastor.api.v1.ListStatsOption;
import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolRpcGrpc;
import io.mayastor.api.v1.PoolRpcGrpc.PoolRpcBlockingStub;
import io.mayastor.api.v1.StatsRpcGrpc;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.SizeConverter;
import io.mayastor.cli.text.Sizes;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor pool …}: disks that hold replicas. */
@Command(
        name = "pool",
        synopsisSubcommandLabel = "COMMAND",
        description = "Turn disks into pools, look at them, grow them.",
        subcommands = {PoolCheckCommand.class, PoolDumpCommand.class},
        footer = {
            "",
            "A DISK is a path or a device URI; `wipe=yes` allows to overwrite what it carries:",
            "  /dev/sdb   aio:///var/lib/pool.img   'aio:///dev/sdb?wipe=yes'",
            "",
            "Example:",
            "  truncate -s 10G /tmp/disk.img",
            "  mayastor pool create p0 /tmp/disk.img",
            "  mayastor replica create r0 1GiB --pool p0 --thin --share",
            "",
            "check and dump need no engine, and disks that none has open:",
            "  mayastor pool check /dev/sdb /dev/sdc"
        })
final class PoolCommand extends Group {
    @Command(
            name = "create",
            description =
                    "Make a pool on blank disks, or open the one of this name that they carry;"
                            + " prints its UUID.")
    void create(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "DISK") List<String> disks,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Default: a new one.")
                    String uuid,
            @Option(
                            names = "--cluster-size",
                            paramLabel = "SIZE",
                            converter = SizeConverter.class,
                            description = "Unit of space: whole MiB, at most 1GiB. Default: 4MiB.")
                    Long clusterSize) {
        CreatePoolRequest.Builder request =
                CreatePoolRequest.newBuilder().setName(name).addAllDisks(disks);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        if (clusterSize != null) {
            if (clusterSize > Integer.MAX_VALUE) {
                throw new UsageException("--cluster-size must be whole MiB, at most 1GiB");
            }
            request.setClusterSize(clusterSize.intValue());
        }
        Pool pool = call(client, stub -> stub.createPool(request.build()));
        client.answer().show(pool, pool::getUuid);
    }

    @Command(name = "import", description = "Open a pool that disks carry; prints its UUID.")
    void importPool(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "DISK",
                            description = "All disks of the pool, in any order.")
                    List<String> disks,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Only when it has this one.")
                    String uuid,
            @Option(
                            names = "--degraded",
                            description = "Also with disks missing; what they hold is not there.")
                    boolean degraded) {
        Pool pool =
                degraded
                        ? callMore(
                                client,
                                stub -> stub.importPoolDegraded(degraded(name, disks, uuid)))
                        : call(client, stub -> stub.importPool(whole(name, disks, uuid)));
        client.answer().show(pool, pool::getUuid);
    }

    private static ImportPoolRequest whole(String name, List<String> disks, String uuid) {
        ImportPoolRequest.Builder request =
                ImportPoolRequest.newBuilder().setName(name).addAllDisks(disks);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        return request.build();
    }

    private static ImportPoolDegradedRequest degraded(
            String name, List<String> disks, String uuid) {
        ImportPoolDegradedRequest.Builder request =
                ImportPoolDegradedRequest.newBuilder().setName(name).addAllDisks(disks);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        return request.build();
    }

    @Command(name = "destroy", description = "Make the disks blank; all replicas are lost.")
    void destroy(
            @Mixin ClientOptions client,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = {"-u", "--uuid"},
                            paramLabel = "UUID",
                            description = "Only when it has this one.")
                    String uuid) {
        DestroyPoolRequest.Builder request = DestroyPoolRequest.newBuilder().setName(name);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        call(client, stub -> stub.destroyPool(request.build()));
        client.answer().remark("pool " + name + " destroyed");
    }

    @Command(
            name = "export",
            description = "Close a pool in order; its disks can go to another node.")
    void export(@Mixin ClientOptions client, @Parameters(paramLabel = "NAME") String name) {
        call(client, stub -> stub.exportPool(ExportPoolRequest.newBuilder().setName(name).build()));
        client.answer().remark("pool " + name + " exported");
    }

    @Command(name = "grow", description = "Use what the disks have grown by.")
    void grow(@Mixin ClientOptions client, @Parameters(paramLabel = "NAME") String name) {
        var growth =
                call(
                        client,
                        stub -> stub.growPool(GrowPoolRequest.newBuilder().setName(name).build()));
        client.answer()
                .show(
                        growth,
                        () ->
                                "pool %s has %s, before %s"
                                        .formatted(
                                                name,
                                                Sizes.format(growth.getCurrentPool().getCapacity()),
                                                Sizes.format(
                                                        growth.getPreviousPool().getCapacity())));
    }

    @Command(name = "add-disk", description = "Add a blank disk to an open pool.")
    void addDisk(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", paramLabel = "DISK") String disk) {
        AddPoolDiskRequest request =
                AddPoolDiskRequest.newBuilder().setName(name).setDisk(disk).build();
        Pool pool = callMore(client, stub -> stub.addPoolDisk(request));
        client.answer()
                .show(
                        pool,
                        () -> "pool " + name + " has " + Sizes.format(pool.getCapacity()) + " now");
    }

    @Command(name = "list", description = "Show all pools, or one.")
    void list(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this pool.")
                    String name) {
        ListPoolOptions.Builder options = ListPoolOptions.newBuilder();
        if (name != null) {
            options.setName(StringValue.of(name));
        }
        var response = call(client, stub -> stub.listPools(options.build()));
        if (name != null && response.getPoolsCount() == 0) {
            throw Status.NOT_FOUND.withDescription("there is no pool " + name).asRuntimeException();
        }
        client.answer().show(response, () -> PoolTables.of(response.getPoolsList()), "No pools.");
    }

    @Command(
            name = "details",
            description = "Show what a pool does besides I/O: its journal, deletions, troubles.")
    void details(@Mixin ClientOptions client, @Parameters(paramLabel = "NAME") String name) {
        GetPoolDetailsRequest request = GetPoolDetailsRequest.newBuilder().setName(name).build();
        var details = callMore(client, stub -> stub.getPoolDetails(request));
        client.answer().show(details, () -> PoolTables.of(details), "");
    }

    @Command(name = "stats", description = "Show what was done with all pools, or with one.")
    void stats(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this pool.")
                    String name,
            @Option(
                            names = "--reset",
                            description = "Then begin anew with all figures of pools and replicas.")
                    boolean reset) {
        ListStatsOption.Builder options = ListStatsOption.newBuilder();
        if (name != null) {
            options.setName(name);
        }
        try (Connection connection = client.connect()) {
            var response =
                    connection.call(
                            StatsRpcGrpc::newBlockingStub,
                            stub -> stub.getPoolIoStats(options.build()));
            client.answer()
                    .show(response, () -> IoStatsTable.of(response.getStatsList()), "No pools.");
            if (reset) {
                connection.call(
                        StatsRpcGrpc::newBlockingStub,
                        stub -> stub.resetIoStats(Empty.getDefaultInstance()));
            }
        }
    }

    @Command(
            name = "clear-errors",
            description = "Set error counters and alerts of a pool's disks to zero.")
    void clearErrors(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "DISK",
                            description = "As `pool list` shows them. Default: all.")
                    List<String> disks) {
        ClearErrorRequest.Builder request = ClearErrorRequest.newBuilder().setName(name);
        if (disks != null) {
            request.addAllDisks(disks);
        }
        Pool pool = call(client, stub -> stub.clearErrors(request.build()));
        client.answer().show(pool, () -> PoolTables.of(List.of(pool)), "");
    }

    private static <T> T call(ClientOptions client, Function<PoolRpcBlockingStub, T> call) {
        try (Connection connection = client.connect()) {
            return connection.call(PoolRpcGrpc::newBlockingStub, call);
        }
    }

    private static <T> T callMore(
            ClientOptions client, Function<StoragePoolRpcBlockingStub, T> call) {
        try (Connection connection = client.connect()) {
            return connection.call(StoragePoolRpcGrpc::newBlockingStub, call);
        }
    }
}
