package io.mayastor.cli;

import com.google.protobuf.Empty;
import io.mayastor.api.ext.v1.AnaState;
import io.mayastor.api.ext.v1.Controller;
import io.mayastor.api.ext.v1.ListControllersRequest;
import io.mayastor.api.ext.v1.Namespace;
import io.mayastor.api.ext.v1.PauseSubsystemRequest;
import io.mayastor.api.ext.v1.ResumeSubsystemRequest;
import io.mayastor.api.ext.v1.SetAllowedHostsRequest;
import io.mayastor.api.ext.v1.SetAnaStateRequest;
import io.mayastor.api.ext.v1.SetControllerIdsRequest;
import io.mayastor.api.ext.v1.Subsystem;
import io.mayastor.api.ext.v1.TargetRpcGrpc;
import io.mayastor.api.ext.v1.TargetRpcGrpc.TargetRpcBlockingStub;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mayastor subsystem …}: what the target offers and who uses it. */
@Command(
        name = "subsystem",
        synopsisSubcommandLabel = "COMMAND",
        description = "Show and steer the NVMe subsystems the target offers.",
        footer = {
            "",
            "Examples:",
            "  mayastor subsystem ana nqn.2019-05.io.openebs:m0 non_optimized",
            "  mayastor subsystem hosts nqn.2019-05.io.openebs:m0 nqn.2014-08.org.nvmexpress:uuid:…",
            "  mayastor subsystem hosts nqn.2019-05.io.openebs:m0     (any host again)"
        })
final class SubsystemCommand extends Group {
    /** As a person writes the states of {@link AnaState}. */
    private enum Ana {
        optimized,
        non_optimized,
        inaccessible,
        persistent_loss,
        change;

        AnaState state() {
            return AnaState.valueOf("ANA_STATE_" + name().toUpperCase(Locale.ROOT));
        }

        static String of(AnaState state) {
            return state.name().replace("ANA_STATE_", "").toLowerCase(Locale.ROOT);
        }
    }

    @Command(name = "list", description = "Show all subsystems.")
    void list(@Mixin ClientOptions client) {
        var response = call(client, stub -> stub.listSubsystems(Empty.getDefaultInstance()));
        client.answer()
                .show(response, () -> tableOf(response.getSubsystemsList()), "No subsystems.");
    }

    @Command(name = "ana", description = "Change the access state that hosts see on every path.")
    void ana(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NQN") String nqn,
            @Parameters(
                            index = "1",
                            paramLabel = "STATE",
                            description =
                                    "optimized, non_optimized, inaccessible, persistent_loss or"
                                            + " change.")
                    Ana state) {
        show(
                client,
                stub ->
                        stub.setAnaState(
                                SetAnaStateRequest.newBuilder()
                                        .setNqn(nqn)
                                        .setState(state.state())
                                        .build()));
    }

    @Command(
            name = "controller-ids",
            description =
                    "Give new connections controller ids of a range. Engines that offer the same"
                            + " subsystem as several paths need ranges that do not meet.")
    void controllerIds(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NQN") String nqn,
            @Parameters(index = "1", paramLabel = "MIN", description = "1 to MAX.") int first,
            @Parameters(index = "2", paramLabel = "MAX", description = "MIN to 65519.") int last) {
        show(
                client,
                stub ->
                        stub.setControllerIds(
                                SetControllerIdsRequest.newBuilder()
                                        .setNqn(nqn)
                                        .setMinControllerId(first)
                                        .setMaxControllerId(last)
                                        .build()));
    }

    @Command(
            name = "pause",
            description = "Hold data commands of all hosts; returns when none is running.")
    void pause(@Mixin ClientOptions client, @Parameters(paramLabel = "NQN") String nqn) {
        show(
                client,
                stub ->
                        stub.pauseSubsystem(
                                PauseSubsystemRequest.newBuilder().setNqn(nqn).build()));
    }

    @Command(name = "resume", description = "Execute the held commands and go on.")
    void resume(@Mixin ClientOptions client, @Parameters(paramLabel = "NQN") String nqn) {
        show(
                client,
                stub ->
                        stub.resumeSubsystem(
                                ResumeSubsystemRequest.newBuilder().setNqn(nqn).build()));
    }

    @Command(
            name = "hosts",
            description =
                    "Allow these hosts and no others, or any host when none is named; those no"
                            + " longer allowed are disconnected.")
    void hosts(
            @Mixin ClientOptions client,
            @Parameters(index = "0", paramLabel = "NQN") String nqn,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "HOSTNQN")
                    List<String> hosts) {
        SetAllowedHostsRequest.Builder request = SetAllowedHostsRequest.newBuilder().setNqn(nqn);
        if (hosts != null) {
            request.addAllHosts(hosts);
        }
        show(client, stub -> stub.setAllowedHosts(request.build()));
    }

    @Command(
            name = "controllers",
            description = "Show connected hosts, of one subsystem or of all.")
    void controllers(
            @Mixin ClientOptions client,
            @Parameters(arity = "0..1", paramLabel = "NQN") String nqn) {
        var response =
                call(
                        client,
                        stub ->
                                stub.listControllers(
                                        ListControllersRequest.newBuilder()
                                                .setNqn(nqn == null ? "" : nqn)
                                                .build()));
        client.answer()
                .show(
                        response,
                        () -> controllersTable(response.getControllersList()),
                        "No connected hosts.");
    }

    private static void show(
            ClientOptions client, Function<TargetRpcBlockingStub, Subsystem> call) {
        Subsystem changed = call(client, call);
        client.answer().show(changed, () -> tableOf(List.of(changed)), "");
    }

    private static <T> T call(ClientOptions client, Function<TargetRpcBlockingStub, T> call) {
        try (Connection connection = client.connect()) {
            return connection.call(TargetRpcGrpc::newBlockingStub, call);
        }
    }

    private static Table tableOf(List<Subsystem> subsystems) {
        Table table =
                new Table(
                        "NQN",
                        "SERIAL",
                        "DEVICE",
                        "ANA",
                        "STATE",
                        "HOSTS",
                        "CNTLIDS",
                        ">CONTROLLERS");
        for (Subsystem each : subsystems) {
            table.add(
                    each.getNqn(),
                    each.getSerial(),
                    each.getNamespacesList().stream()
                            .map(Namespace::getDevice)
                            .collect(Collectors.joining(",")),
                    Ana.of(each.getAnaState()),
                    each.getPaused() ? "paused" : "running",
                    each.getAllowAnyHost() ? "any" : each.getAllowedHostsCount() + " allowed",
                    each.getMinControllerId() + "-" + each.getMaxControllerId(),
                    each.getControllers());
        }
        return table;
    }

    private static Table controllersTable(List<Controller> controllers) {
        Table table =
                new Table("NQN", ">CNTLID", "HOSTNQN", "PEER", ">IO_QUEUES", ">KATO", "DIGESTS");
        for (Controller each : controllers) {
            table.add(
                    each.getNqn(),
                    each.getControllerId(),
                    each.getHostNqn(),
                    each.getPeer(),
                    each.getIoQueues(),
                    each.getKeepAliveTimeoutMs() == 0
                            ? "none"
                            : each.getKeepAliveTimeoutMs() / 1000 + " s",
                    digests(each));
        }
        return table;
    }

    private static String digests(Controller controller) {
        if (controller.getHeaderDigest()) {
            return controller.getDataDigest() ? "header,data" : "header";
        }
        return controller.getDataDigest() ? "data" : "none";
    }
}
