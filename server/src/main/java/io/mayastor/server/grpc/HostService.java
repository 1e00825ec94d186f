package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.APIVersion;
import io.mayastor.api.v1.BackCompatMayastorFeatures;
import io.mayastor.api.v1.GetMayastorResourceUsageResponse;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.ListBlockDevicesRequest;
import io.mayastor.api.v1.ListBlockDevicesResponse;
import io.mayastor.api.v1.ListNvmeControllersResponse;
import io.mayastor.api.v1.MayastorBugFixes;
import io.mayastor.api.v1.MayastorFeatures;
import io.mayastor.api.v1.MayastorInfoResponse;
import io.mayastor.api.v1.RegisterRequest;
import io.mayastor.api.v1.ResourceUsage;
import io.mayastor.api.v1.StatNvmeControllerRequest;
import io.mayastor.api.v1.StatNvmeControllerResponse;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.initiator.IoStatistics;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.server.host.HostBlockDevices;
import io.mayastor.server.host.ProcessUsage;
import java.io.IOException;
import java.util.stream.Stream;

/** {@code mayastor.v1.HostRpc}: who this engine is, its node's disks, what it uses. */
public final class HostService extends HostRpcGrpc.HostRpcImplBase {
    private final NodeIdentity node;
    private final HostBlockDevices blockDevices;
    private final DeviceRegistry devices;

    /**
     * @param blockDevices of the machine
     * @param devices of the engine, among them the remote ones
     */
    public HostService(NodeIdentity node, HostBlockDevices blockDevices, DeviceRegistry devices) {
        this.node = node;
        this.devices = devices;
        this.blockDevices = blockDevices;
    }

    @Override
    public void getMayastorInfo(Empty request, StreamObserver<MayastorInfoResponse> caller) {
        Replies.reply(caller, this::info);
    }

    @Override
    public void listBlockDevices(
            ListBlockDevicesRequest request, StreamObserver<ListBlockDevicesResponse> caller) {
        Replies.reply(caller, () -> list(request.getAll()));
    }

    @Override
    public void getMayastorResourceUsage(
            Empty request, StreamObserver<GetMayastorResourceUsageResponse> caller) {
        Replies.reply(caller, HostService::usage);
    }

    @Override
    public void listNvmeControllers(
            Empty request, StreamObserver<ListNvmeControllersResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListNvmeControllersResponse.Builder response =
                            ListNvmeControllersResponse.newBuilder();
                    remoteDevices().forEach(each -> response.addControllers(Messages.of(each)));
                    return response.build();
                });
    }

    @Override
    public void statNvmeController(
            StatNvmeControllerRequest request, StreamObserver<StatNvmeControllerResponse> caller) {
        Replies.reply(
                caller,
                () ->
                        StatNvmeControllerResponse.newBuilder()
                                .setStats(Messages.of(find(request.getName())))
                                .build());
    }

    /** A remote controller goes by the name of the device made of its namespace. */
    private Stream<RemoteDevice> remoteDevices() {
        return devices.list().stream()
                .map(DeviceInfo::device)
                .filter(RemoteDevice.class::isInstance)
                .map(RemoteDevice.class::cast);
    }

    private IoStatistics find(String name) {
        return remoteDevices()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        Status.NOT_FOUND
                                .withDescription("there is no NVMe controller " + name)
                                .asRuntimeException())
                .controller()
                .statistics();
    }

    private MayastorInfoResponse info() {
        MayastorFeatures features =
                MayastorFeatures.newBuilder()
                        .setAsymmetricNamespaceAccess(true)
                        .setLogicalVolumeManager(false)
                        .setSnapshotRebuild(false)
                        .setRdmaCapableIoEngine(false)
                        .setDiskpoolEncryption(false)
                        .build();
        return MayastorInfoResponse.newBuilder()
                .setVersion(node.version())
                .setPreviousFeatures(
                        BackCompatMayastorFeatures.newBuilder().setAsymmetricNamespaceAccess(true))
                .setRegistrationInfo(
                        RegisterRequest.newBuilder()
                                .setId(node.name())
                                .setGrpcEndpoint(node.grpcEndpoint().get())
                                .setInstanceUuid(StringValue.of(node.instance().toString()))
                                .addApiVersion(APIVersion.V1)
                                .setHostnqn(StringValue.of(node.hostNqn()))
                                .setFeatures(features)
                                .setBugfixes(
                                        MayastorBugFixes.newBuilder()
                                                .setNexusRebuildReplicaAncestry(true))
                                .setVersion(node.version()))
                .build();
    }

    private ListBlockDevicesResponse list(boolean all) {
        ListBlockDevicesResponse.Builder response = ListBlockDevicesResponse.newBuilder();
        try {
            blockDevices.list(all).forEach(each -> response.addDevices(Messages.of(each)));
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("the kernel's list of block devices can not be read: " + e)
                    .withCause(e)
                    .asRuntimeException();
        }
        return response.build();
    }

    private static GetMayastorResourceUsageResponse usage() {
        ProcessUsage usage = ProcessUsage.now();
        return GetMayastorResourceUsageResponse.newBuilder()
                .setUsage(
                        ResourceUsage.newBuilder()
                                .setSoftFaults(usage.softFaults())
                                .setHardFaults(usage.hardFaults())
                                .setSwaps(usage.swaps())
                                .setInBlockOps(usage.blocksIn())
                                .setOutBlockOps(usage.blocksOut())
                                .setIpcMsgSend(usage.messagesSent())
                                .setIpcMsgRcv(usage.messagesReceived())
                                .setSignals(usage.signals())
                                .setVolCsw(usage.voluntarySwitches())
                                .setInvolCsw(usage.involuntarySwitches()))
                .build();
    }
}
