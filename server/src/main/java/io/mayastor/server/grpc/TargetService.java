package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.ext.v1.AddPortalRequest;
import io.mayastor.api.ext.v1.AnaState;
import io.mayastor.api.ext.v1.Controller;
import io.mayastor.api.ext.v1.ListControllersRequest;
import io.mayastor.api.ext.v1.ListControllersResponse;
import io.mayastor.api.ext.v1.ListPortalsResponse;
import io.mayastor.api.ext.v1.ListSubsystemsResponse;
import io.mayastor.api.ext.v1.Namespace;
import io.mayastor.api.ext.v1.PauseSubsystemRequest;
import io.mayastor.api.ext.v1.Portal;
import io.mayastor.api.ext.v1.RemovePortalRequest;
import io.mayastor.api.ext.v1.ResumeSubsystemRequest;
import io.mayastor.api.ext.v1.SetAllowedHostsRequest;
import io.mayastor.api.ext.v1.SetAnaStateRequest;
import io.mayastor.api.ext.v1.SetControllerIdsRequest;
import io.mayastor.api.ext.v1.Subsystem;
import io.mayastor.api.ext.v1.TargetRpcGrpc;
import io.mayastor.engine.target.SubsystemInfo;
import io.mayastor.engine.target.Target;
import io.mayastor.server.config.Addresses;
import io.mayastor.server.node.Shares;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code io.mayastor.ext.v1.TargetRpc}: subsystems, portals and connected hosts. */
public final class TargetService extends TargetRpcGrpc.TargetRpcImplBase {
    private final Target target;
    private final Shares shares;

    public TargetService(Target target, Shares shares) {
        this.target = target;
        this.shares = shares;
    }

    @Override
    public void listSubsystems(Empty request, StreamObserver<ListSubsystemsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListSubsystemsResponse.Builder response = ListSubsystemsResponse.newBuilder();
                    for (String nqn : target.subsystems()) {
                        find(nqn).ifPresent(each -> response.addSubsystems(message(each)));
                    }
                    return response.build();
                });
    }

    @Override
    public void setAnaState(SetAnaStateRequest request, StreamObserver<Subsystem> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(target.setAna(request.getNqn(), engineState(request.getState())));
                    return describe(request.getNqn());
                });
    }

    @Override
    public void setControllerIds(
            SetControllerIdsRequest request, StreamObserver<Subsystem> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(
                            target.setControllerIds(
                                    request.getNqn(),
                                    request.getMinControllerId(),
                                    request.getMaxControllerId()));
                    return describe(request.getNqn());
                });
    }

    @Override
    public void pauseSubsystem(PauseSubsystemRequest request, StreamObserver<Subsystem> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(shares.pause(request.getNqn()));
                    return describe(request.getNqn());
                });
    }

    @Override
    public void resumeSubsystem(ResumeSubsystemRequest request, StreamObserver<Subsystem> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(shares.resume(request.getNqn()));
                    return describe(request.getNqn());
                });
    }

    @Override
    public void setAllowedHosts(SetAllowedHostsRequest request, StreamObserver<Subsystem> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(
                            target.setAllowedHosts(
                                    request.getNqn(), Set.copyOf(request.getHostsList())));
                    return describe(request.getNqn());
                });
    }

    @Override
    public void addPortal(AddPortalRequest request, StreamObserver<Portal> caller) {
        Replies.reply(
                caller,
                () -> {
                    InetSocketAddress wanted = address(request.getAddress(), request.getPort(), 0);
                    if (target.portals().contains(wanted)) {
                        throw Status.ALREADY_EXISTS
                                .withDescription("portal " + text(wanted) + " is open already")
                                .asRuntimeException();
                    }
                    return message(Waiting.on(target.addPortal(wanted)));
                });
    }

    @Override
    public void removePortal(RemovePortalRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(
                            target.removePortal(
                                    address(request.getAddress(), request.getPort(), 1)));
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void listPortals(Empty request, StreamObserver<ListPortalsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListPortalsResponse.Builder response = ListPortalsResponse.newBuilder();
                    target.portals().forEach(each -> response.addPortals(message(each)));
                    return response.build();
                });
    }

    @Override
    public void listControllers(
            ListControllersRequest request, StreamObserver<ListControllersResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListControllersResponse.Builder response = ListControllersResponse.newBuilder();
                    List<String> nqns =
                            request.getNqn().isEmpty()
                                    ? target.subsystems()
                                    : List.of(request.getNqn());
                    for (String nqn : nqns) {
                        Optional<SubsystemInfo> subsystem =
                                request.getNqn().isEmpty()
                                        ? find(nqn)
                                        : Optional.of(Waiting.on(target.describe(nqn)));
                        subsystem.ifPresent(each -> addControllers(each, response));
                    }
                    return response.build();
                });
    }

    private Subsystem describe(String nqn) {
        return message(Waiting.on(target.describe(nqn)));
    }

    /** Empty when it was removed since it was listed. */
    private Optional<SubsystemInfo> find(String nqn) {
        return Waiting.on(
                target.describe(nqn)
                        .thenApply(Optional::of)
                        .exceptionally(gone -> Optional.empty()));
    }

    private Subsystem message(SubsystemInfo subsystem) {
        return Subsystem.newBuilder()
                .setNqn(subsystem.nqn())
                .setSerial(subsystem.serialNumber())
                .setModel(subsystem.modelNumber())
                .setAnaState(AnaState.valueOf("ANA_STATE_" + subsystem.ana().name()))
                .setPaused(subsystem.paused())
                .setAllowAnyHost(subsystem.allowedHosts().isEmpty())
                .addAllAllowedHosts(subsystem.allowedHosts().stream().sorted().toList())
                .setMinControllerId(subsystem.minControllerId())
                .setMaxControllerId(subsystem.maxControllerId())
                .addNamespaces(
                        Namespace.newBuilder()
                                .setNsid(1)
                                .setDevice(subsystem.deviceName())
                                .setUuid(subsystem.namespaceUuid().toString())
                                .setBlockSize(subsystem.blockSize())
                                .setNumBlocks(subsystem.blockCount()))
                .setControllers(subsystem.controllers().size())
                .addAllUris(shares.uris(subsystem.deviceName(), subsystem.namespaceUuid()))
                .build();
    }

    private static void addControllers(
            SubsystemInfo subsystem, ListControllersResponse.Builder response) {
        for (SubsystemInfo.ControllerInfo each : subsystem.controllers()) {
            response.addControllers(
                    Controller.newBuilder()
                            .setNqn(subsystem.nqn())
                            .setControllerId(each.id())
                            .setHostNqn(each.hostNqn())
                            .setHostId(each.hostId().toString())
                            .setPeer(each.peer().map(TargetService::text).orElse(""))
                            .setIoQueues(each.ioQueues())
                            .setKeepAliveTimeoutMs((int) each.keepAliveMillis())
                            .setHeaderDigest(each.headerDigest())
                            .setDataDigest(each.dataDigest()));
        }
    }

    private static Portal message(InetSocketAddress portal) {
        return Portal.newBuilder()
                .setAddress(portal.getAddress().getHostAddress())
                .setPort(portal.getPort())
                .build();
    }

    private static io.mayastor.engine.nvme.AnaState engineState(AnaState state) {
        return switch (state) {
            case ANA_STATE_OPTIMIZED -> io.mayastor.engine.nvme.AnaState.OPTIMIZED;
            case ANA_STATE_NON_OPTIMIZED -> io.mayastor.engine.nvme.AnaState.NON_OPTIMIZED;
            case ANA_STATE_INACCESSIBLE -> io.mayastor.engine.nvme.AnaState.INACCESSIBLE;
            case ANA_STATE_PERSISTENT_LOSS -> io.mayastor.engine.nvme.AnaState.PERSISTENT_LOSS;
            case ANA_STATE_CHANGE -> io.mayastor.engine.nvme.AnaState.CHANGE;
            case ANA_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw Status.INVALID_ARGUMENT
                            .withDescription(
                                    "state must be OPTIMIZED, NON_OPTIMIZED, INACCESSIBLE,"
                                            + " PERSISTENT_LOSS or CHANGE")
                            .asRuntimeException();
        };
    }

    private static InetSocketAddress address(String text, int port, int lowestPort) {
        InetAddress address = Addresses.parse(text);
        if (address == null) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("address must be an IPv4 or IPv6 address, not '" + text + "'")
                    .asRuntimeException();
        }
        if (port < lowestPort || port > 65_535) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("port must be " + lowestPort + " to 65535, not " + port)
                    .asRuntimeException();
        }
        return new InetSocketAddress(address, port);
    }

    private static String text(InetSocketAddress address) {
        return Addresses.inUri(address.getAddress()) + ":" + address.getPort();
    }
}
