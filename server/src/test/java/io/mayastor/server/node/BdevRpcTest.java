package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mayastor.api.v1.Bdev;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.BdevRpcGrpc.BdevRpcBlockingStub;
import io.mayastor.api.v1.BdevShareRequest;
import io.mayastor.api.v1.BdevUnshareRequest;
import io.mayastor.api.v1.CreateBdevRequest;
import io.mayastor.api.v1.DestroyBdevRequest;
import io.mayastor.api.v1.ListBdevOptions;
import io.mayastor.api.v1.ShareProtocol;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor.v1.BdevRpc} of a whole node over a real connection. */
class BdevRpcTest {
    private static final String UUID = "1a2b3c4d-0000-4000-8000-00000000002a";
    private static final String M0 = "malloc:///m0?size_mb=8&blk_size=4096&uuid=" + UUID;

    @TempDir private static Path directory;
    private static TestNode node;
    private static BdevRpcBlockingStub bdevs;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
        bdevs = BdevRpcGrpc.newBlockingStub(node.channel());
    }

    @AfterEach
    void destroyAll() {
        for (Bdev each : list()) {
            destroy(each.getUri());
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aCreatedDeviceIsDescribedInFull() {
        Bdev created = create(M0);

        assertEquals("m0", created.getName());
        assertEquals(UUID, created.getUuid());
        assertEquals(2048, created.getNumBlocks());
        assertEquals(4096, created.getBlkSize());
        assertFalse(created.getClaimed());
        assertEquals("bdev:///m0?uuid=" + UUID, created.getShareUri());
        assertEquals(List.of(created), list());
    }

    @Test
    void aRemoteTargetThatCanNotBeReachedIsUnavailable() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        String uri = "nvmf+tcp://127.0.0.1:" + unused + "/nqn.2019-05.io.openebs:m0";

        refused(Status.Code.UNAVAILABLE, () -> create(uri));
        assertEquals(List.of(), list());
    }

    @Test
    void aListCanBeLimitedToAName() {
        create(M0);
        create("null:///n0?size_mb=1");

        assertEquals(List.of("n0"), names("n0"));
        assertEquals(List.of(), names("unknown"));
    }

    @Test
    void aSharedDeviceHasAnNvmeUriAndIsClaimed() {
        create(M0);

        Bdev shared = share("m0");

        assertEquals(
                "nvmf+tcp://127.0.0.1:"
                        + node.targetPort()
                        + "/nqn.2019-05.io.openebs:m0?uuid="
                        + UUID,
                shared.getShareUri());
        assertTrue(shared.getClaimed());
        assertEquals("NVMe-oF Target", shared.getClaimedBy());
        assertEquals(shared, share("m0"), "sharing again must change nothing");
    }

    @Test
    void unsharingIsIdempotentAndFreesTheDevice() {
        create(M0);
        share("m0");

        unshare("m0");
        unshare("m0");
        unshare("never-there");

        assertFalse(list().getFirst().getClaimed());
    }

    @Test
    void destroyingASharedDeviceEndsTheShare() {
        create(M0);
        share("m0");

        destroy(M0);

        assertEquals(List.of(), list());
        assertEquals(List.of(), node.node().target().subsystems());
    }

    @Test
    void mistakesOfACallerGetTheFittingCode() {
        create(M0);

        refused(Status.Code.ALREADY_EXISTS, () -> create(M0));
        refused(Status.Code.INVALID_ARGUMENT, () -> create(""));
        refused(Status.Code.INVALID_ARGUMENT, () -> create("ftp:///m1"));
        refused(Status.Code.INVALID_ARGUMENT, () -> create("malloc:///m1?size_mb=1&colour=red"));
        refused(Status.Code.INVALID_ARGUMENT, () -> create("malloc:///m1?size_mb=1&blk_size=999"));
        refused(Status.Code.NOT_FOUND, () -> create("aio:///no/such/file"));
        refused(Status.Code.NOT_FOUND, () -> destroy("malloc:///unknown"));
        refused(Status.Code.NOT_FOUND, () -> share("unknown"));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        bdevs.share(
                                BdevShareRequest.newBuilder()
                                        .setName("m0")
                                        .setProtocol(ShareProtocol.ISCSI)
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        bdevs.share(
                                BdevShareRequest.newBuilder()
                                        .setName("m0")
                                        .setProtocol(ShareProtocol.NVMF)
                                        .addAllowedHosts("no nqn")
                                        .build()));
    }

    @Test
    void aRefusalNamesWhatIsAllowed() {
        StatusRuntimeException refusal =
                refused(
                        Status.Code.INVALID_ARGUMENT,
                        () ->
                                bdevs.share(
                                        BdevShareRequest.newBuilder()
                                                .setName("m0")
                                                .setProtocol(ShareProtocol.ISCSI)
                                                .build()));

        assertEquals("protocol must be NVMF, not ISCSI", refusal.getStatus().getDescription());
    }

    private static Bdev create(String uri) {
        return bdevs.create(CreateBdevRequest.newBuilder().setUri(uri).build()).getBdev();
    }

    private static void destroy(String uri) {
        var ignored = bdevs.destroy(DestroyBdevRequest.newBuilder().setUri(uri).build());
    }

    private static Bdev share(String name) {
        return bdevs.share(
                        BdevShareRequest.newBuilder()
                                .setName(name)
                                .setProtocol(ShareProtocol.NVMF)
                                .build())
                .getBdev();
    }

    private static void unshare(String name) {
        var ignored = bdevs.unshare(BdevUnshareRequest.newBuilder().setName(name).build());
    }

    private static List<Bdev> list() {
        return bdevs.list(ListBdevOptions.getDefaultInstance()).getBdevsList();
    }

    private static List<String> names(String name) {
        return bdevs
                .list(ListBdevOptions.newBuilder().setName(StringValue.of(name)).build())
                .getBdevsList()
                .stream()
                .map(Bdev::getName)
                .toList();
    }

    private static StatusRuntimeException refused(Status.Code code, Executable call) {
        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
        assertEquals(code, refusal.getStatus().getCode(), refusal.getMessage());
        return refusal;
    }
}
