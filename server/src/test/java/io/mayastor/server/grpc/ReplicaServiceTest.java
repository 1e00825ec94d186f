package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.mayastor.api.v1.CreateReplicaRequest;
import io.mayastor.api.v1.CreateReplicaSnapshotRequest;
import io.mayastor.api.v1.CreateSnapshotCloneRequest;
import io.mayastor.api.v1.DestroyReplicaRequest;
import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.PoolType;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaRpcGrpc;
import io.mayastor.api.v1.ReplicaRpcGrpc.ReplicaRpcBlockingStub;
import io.mayastor.api.v1.ResizeReplicaRequest;
import io.mayastor.api.v1.SetReplicaEntityIdRequest;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.api.v1.ShareReplicaRequest;
import io.mayastor.api.v1.SnapshotRpcGrpc;
import io.mayastor.api.v1.SnapshotRpcGrpc.SnapshotRpcBlockingStub;
import io.mayastor.api.v1.UnshareReplicaRequest;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.server.pools.FakePools;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mayastor.v1.ReplicaRpc} over a real connection. */
class ReplicaServiceTest {
    private static final String R1 = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final String S1 = "1a2b3c4d-0000-4000-8000-000000000002";
    private static final String C1 = "1a2b3c4d-0000-4000-8000-000000000003";
    private static final String NOBODY = "1a2b3c4d-0000-4000-8000-0000000000ff";
    private static final String HOST = "nqn.2014-08.com.example:host1";
    private static final long SIZE = 8 << 20;
    private static final int NEVER = 99;

    private PoolServer server;
    private ReplicaRpcBlockingStub replicas;
    private SnapshotRpcBlockingStub snapshots;
    private String pool;

    @BeforeEach
    void start() throws Exception {
        server = new PoolServer();
        replicas = ReplicaRpcGrpc.newBlockingStub(server.channel());
        snapshots = SnapshotRpcGrpc.newBlockingStub(server.channel());
        pool = pool("p0", "/dev/disk0");
    }

    private String pool(String name, String disk) {
        PoolSpec spec = new PoolSpec(name, Optional.empty(), List.of(disk), 0, false);
        return server.pools().create(spec).uuid().toString();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aCreatedReplicaIsDescribedInFull() {
        Replica replica = create(valid().setSize(SIZE - 1).setEntityId("e1").setThin(true));

        assertEquals("r1", replica.getName());
        assertEquals(R1, replica.getUuid());
        assertEquals(pool, replica.getPooluuid());
        assertEquals("p0", replica.getPoolname());
        assertEquals(SIZE, replica.getSize());
        assertTrue(replica.getThin());
        assertEquals(ShareProtocol.NONE, replica.getShare());
        assertEquals("bdev:///r1?uuid=" + R1, replica.getUri());
        assertEquals("e1", replica.getEntityId());
        assertEquals(4 << 20, replica.getUsage().getAllocatedBytes());
        assertFalse(replica.getIsSnapshot() || replica.getIsClone());
        assertFalse(replica.hasSnapshotUuid());
        assertFalse(replica.getUsage().hasAllocatedBytesSnapshotFromClone());
        assertEquals(List.of(replica), list(ListReplicaOptions.newBuilder()));
    }

    @Test
    void thePoolMayBeNamedToo() {
        assertEquals(pool, create(valid().setPooluuid("p0")).getPooluuid());
    }

    static Stream<Arguments> wrongCreations() {
        return Stream.of(
                wrong("name must be 1 to", each -> each.setName("")),
                wrong("name must be 1 to", each -> each.setName("x".repeat(201))),
                wrong("name must be 1 to", each -> each.setName("r\u00e9plica")),
                wrong("uuid must be a UUID", each -> each.setUuid("")),
                wrong("uuid must be a UUID", each -> each.setUuid(R1 + "0")),
                wrong("pooluuid must be", each -> each.setPooluuid("")),
                wrong("size must be 1 to", each -> each.setSize(0)),
                wrong("not 18446744073709551615", each -> each.setSize(-1)),
                wrong("size must be at most", each -> each.setSize(FakePools.DISK_BYTES + 1)),
                wrong("share must be NONE or NVMF", each -> each.setShare(ShareProtocol.ISCSI)),
                wrong("share must be NONE or NVMF, not 99", each -> each.setShareValue(NEVER)),
                wrong("allowed_hosts: NQN", each -> each.addAllowedHosts("bad")),
                wrong("entity_id must have", each -> each.setEntityId("")),
                wrong("entity_id must have", each -> each.setEntityId("x".repeat(256))));
    }

    private static Arguments wrong(String words, Consumer<CreateReplicaRequest.Builder> change) {
        return Arguments.of(words, change);
    }

    @ParameterizedTest
    @MethodSource("wrongCreations")
    void aWrongFieldIsNamedAndNothingIsMade(
            String words, Consumer<CreateReplicaRequest.Builder> change) {
        CreateReplicaRequest.Builder request = valid();
        change.accept(request);

        refused(Code.INVALID_ARGUMENT, words, () -> create(request));
        assertEquals(List.of(), server.pools().replicas());
    }

    @Test
    void aReplicaNeedsItsPoolAndANameAndUuidOfItsOwn() {
        refused(Code.FAILED_PRECONDITION, "pooluuid", () -> create(valid().setPooluuid(NOBODY)));
        create(valid());
        refused(Code.ALREADY_EXISTS, () -> create(valid().setName("r2")));
        refused(Code.ALREADY_EXISTS, () -> create(valid().setUuid(C1)));
    }

    @Test
    void aReplicaThatCanNotBeSharedIsNotThere() {
        server.pools().refusedShare = new PoolException(PoolException.Kind.IO, "no portal");

        refused(Code.INTERNAL, () -> create(valid().setShare(ShareProtocol.NVMF)));
        assertEquals(List.of(), server.pools().replicas());
    }

    @Test
    void aShareMayBeAskedForTwiceAndEndedTwice() {
        create(valid());

        assertEquals("nvmf+tcp://host/r1?uuid=" + R1, share(ShareProtocol.NVMF).getUri());
        Replica shared = share(ShareProtocol.NVMF, HOST);
        assertEquals(ShareProtocol.NVMF, shared.getShare());
        assertEquals(List.of(HOST), shared.getAllowedHostsList());
        refused(Code.INVALID_ARGUMENT, "share must be NVMF", () -> share(ShareProtocol.NONE));
        refused(Code.INVALID_ARGUMENT, "share must be", () -> share(ShareProtocol.ISCSI));
        refused(Code.INVALID_ARGUMENT, "NQN", () -> share(ShareProtocol.NVMF, "x"));
        assertEquals(ShareProtocol.NONE, unshare(R1).getShare());
        assertEquals(ShareProtocol.NONE, unshare(R1).getShare());
        assertEquals(ShareProtocol.NONE, share(ShareProtocol.NONE).getShare());
        refused(Code.NOT_FOUND, () -> unshare(NOBODY));
    }

    @Test
    void aReplicaIsCreatedAndSharedAtOnce() {
        Replica shared = create(valid().setShare(ShareProtocol.NVMF).addAllowedHosts(HOST));

        assertEquals(ShareProtocol.NVMF, shared.getShare());
        assertEquals(List.of(HOST), shared.getAllowedHostsList());
    }

    @Test
    void aReplicaIsDestroyedOnlyInThePoolThatTheCallerMeans() {
        String other = pool("p1", "/dev/disk1");
        create(valid());

        refused(Code.ABORTED, "not in p1", () -> destroy(each -> each.setPoolUuid(other)));
        refused(Code.ABORTED, () -> destroy(each -> each.setPoolName("p1")));
        refused(Code.FAILED_PRECONDITION, () -> destroy(each -> each.setPoolName("p9")));
        refused(Code.FAILED_PRECONDITION, () -> destroy(each -> each.setPoolUuid(NOBODY)));
        refused(Code.INVALID_ARGUMENT, () -> destroy(each -> each.setPoolUuid("p0")));
        refused(Code.INVALID_ARGUMENT, () -> destroy(each -> each.setUuid("r1")));
        destroy(each -> each.setPoolUuid(pool));
        assertEquals(List.of(), server.pools().replicas());
    }

    @Test
    void aReplicaThatIsGoneIsMarkedSo() {
        Metadata trailers =
                Status.trailersFromThrowable(
                        refused(Code.NOT_FOUND, () -> destroy(each -> each.setPoolName("p0"))));

        assertEquals(
                "0", trailers.get(Metadata.Key.of("gtm-602", Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Test
    void aReplicaIsResizedAndASnapshotIsNot() {
        create(valid());
        snapshot();

        assertEquals(2 * SIZE, resize(R1, 2 * SIZE).getSize());
        refused(Code.INVALID_ARGUMENT, "requested_size must be", () -> resize(R1, 0));
        refused(Code.PERMISSION_DENIED, () -> resize(S1, SIZE));
        refused(Code.NOT_FOUND, () -> resize(NOBODY, SIZE));
    }

    @Test
    void aReplicaGetsAnEntityId() {
        create(valid());

        assertEquals("e2", entityId("e2").getEntityId());
        refused(Code.INVALID_ARGUMENT, "entity_id", () -> entityId(""));
    }

    @Test
    void aListHasWhatWasAskedFor() {
        create(valid());
        pool("p1", "/dev/disk1");
        create(valid().setName("r2").setUuid(NOBODY).setPooluuid("p1"));
        snapshot();
        Replica clone =
                snapshots.createSnapshotClone(
                        CreateSnapshotCloneRequest.newBuilder()
                                .setSnapshotUuid(S1)
                                .setCloneName("c1")
                                .setCloneUuid(C1)
                                .build());
        assertEquals(S1, clone.getSnapshotUuid());

        assertEquals("r1 r2 s1 c1", names(each -> {}));
        assertEquals("r2", names(each -> each.setName(StringValue.of("r2"))));
        assertEquals("c1", names(each -> each.setUuid(StringValue.of(C1))));
        assertEquals("r2", names(each -> each.setPoolname(StringValue.of("p1"))));
        assertEquals("r1 s1 c1", names(each -> each.setPooluuid(StringValue.of(pool))));
        assertEquals("", names(each -> each.setPoolname(StringValue.of("p9"))));
        assertEquals("", names(each -> each.addPooltypes(PoolType.Lvm)));
        assertEquals("r1 r2", names(each -> each.getQueryBuilder().setReplica(true)));
        assertEquals("s1", names(each -> each.getQueryBuilder().setSnapshot(true)));
        assertEquals(
                "s1 c1", names(each -> each.getQueryBuilder().setSnapshot(true).setClone(true)));
        assertEquals("", names(each -> each.getQueryBuilder().setClone(false)));
        refused(Code.INVALID_ARGUMENT, () -> names(each -> each.setUuid(StringValue.of("x"))));
        refused(Code.INVALID_ARGUMENT, () -> names(each -> each.setPooluuid(StringValue.of(""))));
        refused(Code.INVALID_ARGUMENT, () -> names(each -> each.addPooltypesValue(NEVER)));
    }

    private CreateReplicaRequest.Builder valid() {
        return CreateReplicaRequest.newBuilder()
                .setName("r1")
                .setUuid(R1)
                .setPooluuid(pool)
                .setSize(SIZE);
    }

    private Replica create(CreateReplicaRequest.Builder request) {
        return replicas.createReplica(request.build());
    }

    private void snapshot() {
        assertEquals(
                R1,
                snapshots
                        .createReplicaSnapshot(
                                CreateReplicaSnapshotRequest.newBuilder()
                                        .setReplicaUuid(R1)
                                        .setSnapshotUuid(S1)
                                        .setSnapshotName("s1")
                                        .setEntityId("e1")
                                        .setTxnId("t1")
                                        .build())
                        .getReplicaUuid());
    }

    private Replica share(ShareProtocol protocol, String... hosts) {
        return replicas.shareReplica(
                ShareReplicaRequest.newBuilder()
                        .setUuid(R1)
                        .setShare(protocol)
                        .addAllAllowedHosts(List.of(hosts))
                        .build());
    }

    private Replica unshare(String uuid) {
        return replicas.unshareReplica(UnshareReplicaRequest.newBuilder().setUuid(uuid).build());
    }

    private void destroy(Consumer<DestroyReplicaRequest.Builder> change) {
        DestroyReplicaRequest.Builder request = DestroyReplicaRequest.newBuilder().setUuid(R1);
        change.accept(request);
        assertEquals(Empty.getDefaultInstance(), replicas.destroyReplica(request.build()));
    }

    private Replica resize(String uuid, long size) {
        return replicas.resizeReplica(
                ResizeReplicaRequest.newBuilder().setUuid(uuid).setRequestedSize(size).build());
    }

    private Replica entityId(String id) {
        return replicas.setReplicaEntityId(
                SetReplicaEntityIdRequest.newBuilder().setUuid(R1).setEntityId(id).build());
    }

    private List<Replica> list(ListReplicaOptions.Builder options) {
        return replicas.listReplicas(options.build()).getReplicasList();
    }

    private String names(Consumer<ListReplicaOptions.Builder> change) {
        ListReplicaOptions.Builder options = ListReplicaOptions.newBuilder();
        change.accept(options);
        return String.join(" ", list(options).stream().map(Replica::getName).toList());
    }
}
