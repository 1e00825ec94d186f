package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.AddFaultInjectionRequest;
import io.mayastor.api.v1.FaultInjection;
import io.mayastor.api.v1.ListFaultInjectionsReply;
import io.mayastor.api.v1.ListFaultInjectionsRequest;
import io.mayastor.api.v1.RemoveFaultInjectionRequest;
import io.mayastor.api.v1.TestFeatures;
import io.mayastor.api.v1.TestRpcGrpc.TestRpcImplBase;
import io.mayastor.api.v1.WipeOptions.CheckSumAlgorithm;
import io.mayastor.api.v1.WipeOptions.WipeMethod;
import io.mayastor.api.v1.WipeReplicaRequest;
import io.mayastor.api.v1.WipeReplicaResponse;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.FaultInjections.Injection;
import io.mayastor.server.pools.Pools;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * {@code mayastor.v1.TestRpc}: faults on demand. They reach devices that were created with a {@code
 * faulty+} URI and no others, so that nobody breaks a device by accident. What {@link
 * io.mayastor.engine.device.FaultRule} says is the form of a rule's URI.
 *
 * <p>Replicas are wiped as a whole, by any of the contract's methods.
 */
public final class TestService extends TestRpcImplBase {
    private static final System.Logger LOG = System.getLogger(TestService.class.getPackageName());

    private static final List<WipeMethod> METHODS =
            List.of(
                    WipeMethod.NONE,
                    WipeMethod.WRITE_ZEROES,
                    WipeMethod.UNMAP,
                    WipeMethod.WRITE_PATTERN,
                    WipeMethod.CHECKSUM);

    private final DeviceRegistry devices;
    private final Pools pools;

    public TestService(DeviceRegistry devices, Pools pools) {
        this.devices = devices;
        this.pools = pools;
    }

    @Override
    public void getFeatures(Empty request, StreamObserver<TestFeatures> caller) {
        Replies.reply(
                caller,
                () ->
                        TestFeatures.newBuilder()
                                .addAllWipeMethods(METHODS)
                                .addCksumAlgs(CheckSumAlgorithm.Crc32c)
                                .build());
    }

    @Override
    public void wipeReplica(
            WipeReplicaRequest request, StreamObserver<WipeReplicaResponse> caller) {
        WipeCall.run(pools, request, caller);
    }

    @Override
    public void addFaultInjection(AddFaultInjectionRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    devices.inject(request.getUri());
                    LOG.log(Level.WARNING, "fault injected: {0}", request.getUri());
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void removeFaultInjection(
            RemoveFaultInjectionRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    devices.faults().remove(request.getUri());
                    LOG.log(Level.INFO, "fault removed: {0}", request.getUri());
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void listFaultInjections(
            ListFaultInjectionsRequest request, StreamObserver<ListFaultInjectionsReply> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListFaultInjectionsReply.Builder reply = ListFaultInjectionsReply.newBuilder();
                    devices.faults().list().forEach(each -> reply.addInjections(message(each)));
                    return reply.build();
                });
    }

    private static FaultInjection message(Injection injection) {
        return FaultInjection.newBuilder()
                .setUri(injection.rule().uri())
                .setDeviceName(injection.rule().deviceName())
                .setIsActive(injection.active())
                .build();
    }
}
