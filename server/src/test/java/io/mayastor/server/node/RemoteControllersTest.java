package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.HostRpcGrpc.HostRpcBlockingStub;
import io.mayastor.api.v1.NvmeController;
import io.mayastor.api.v1.NvmeControllerState;
import io.mayastor.api.v1.StatNvmeControllerRequest;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node uses the device of another, and says so in {@code HostRpc}. */
class RemoteControllersTest {
    @TempDir private Path directory;
    private TestNode owner;
    private TestNode user;
    private HostRpcBlockingStub host;
    private BlockDevice remote;

    @BeforeEach
    void connect() throws Exception {
        owner = new TestNode(directory.resolve("owner"));
        user = new TestNode(directory.resolve("user"));
        host = HostRpcGrpc.newBlockingStub(user.channel());
        BlockDevice device = create(owner, "malloc:///m0?size_mb=8&blk_size=4096");
        owner.node().shares().share("m0", Set.of()).get(10, TimeUnit.SECONDS);
        remote = create(user, owner.node().shares().uri(device));
    }

    @AfterEach
    void stop() {
        user.close();
        owner.close();
    }

    @Test
    void aConnectedControllerIsListedAndCounted() {
        List<NvmeController> controllers =
                host.listNvmeControllers(Empty.getDefaultInstance()).getControllersList();

        assertEquals(
                List.of(
                        NvmeController.newBuilder()
                                .setName(remote.name())
                                .setState(NvmeControllerState.RUNNING)
                                .setSize(8 << 20)
                                .setBlkSize(4096)
                                .build()),
                controllers);
        assertEquals(
                0,
                host.statNvmeController(
                                StatNvmeControllerRequest.newBuilder()
                                        .setName(remote.name())
                                        .build())
                        .getStats()
                        .getNumWriteOps());
    }

    @Test
    void theMetricsNameTheRemoteDevice() throws Exception {
        String text = user.get("/metrics").body();

        assertTrue(
                text.contains("mayastor_initiator_live{device=\"" + remote.name() + "\"} 1"), text);
    }

    @Test
    void latenciesAreThereOnBothSides() throws Exception {
        CompletableFuture<Integer> flushed = new CompletableFuture<>();
        remote.reactor()
                .execute(() -> {
                    BlockIo io = new BlockIo(done -> flushed.complete(done.status));
                    io.operation = BlockIo.Operation.FLUSH;
                    remote.submit(io);
                });
        assertEquals(0, flushed.get(10, TimeUnit.SECONDS));

        String host = user.get("/metrics").body();
        String target = owner.get("/metrics").body();

        String device = "device=\"%s\",operation=\"flush\"".formatted(remote.name());
        assertTrue(host.contains("mayastor_device_latency_seconds_count{" + device + "} 1"), host);
        assertTrue(
                host.contains(
                        "mayastor_device_latency_seconds_bucket{" + device + ",le=\"+Inf\"} 1"),
                host);
        assertTrue(
                target.contains(
                        "mayastor_target_latency_seconds_count{nqn=\"nqn.2019-05.io.openebs:m0\","
                                + "operation=\"flush\"} 1"),
                target);
    }

    @Test
    void anUnknownControllerIsNotFound() {
        StatusRuntimeException refusal =
                assertThrows(
                        StatusRuntimeException.class,
                        () ->
                                host.statNvmeController(
                                        StatNvmeControllerRequest.newBuilder()
                                                .setName("nobody")
                                                .build()));

        assertEquals(Status.Code.NOT_FOUND, refusal.getStatus().getCode());
    }

    private static BlockDevice create(TestNode node, String uri) throws Exception {
        return node.node().devices().create(uri).get(10, TimeUnit.SECONDS);
    }
}
