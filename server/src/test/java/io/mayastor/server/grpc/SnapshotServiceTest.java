package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
import io.grpc.Status.Code;
import io.mayastor.api.v1.CreateReplicaSnapshotRequest;
import io.mayastor.api.v1.CreateSnapshotCloneRequest;
import io.mayastor.api.v1.DestroySnapshotRequest;
import io.mayastor.api.v1.ListSnapshotCloneRequest;
import io.mayastor.api.v1.ListSnapshotsRequest;
import io.mayastor.api.v1.NexusCreateSnapshotRequest;
import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.SnapshotInfo;
import io.mayastor.api.v1.SnapshotRpcGrpc;
import io.mayastor.api.v1.SnapshotRpcGrpc.SnapshotRpcBlockingStub;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mayastor.v1.SnapshotRpc} over a real connection. */
class SnapshotServiceTest {
    private static final String R1 = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final String S1 = "1a2b3c4d-0000-4000-8000-000000000002";
    private static final String C1 = "1a2b3c4d-0000-4000-8000-000000000003";
    private static final String NOBODY = "1a2b3c4d-0000-4000-8000-0000000000ff";
    private static final long SIZE = 8 << 20;

    private PoolServer server;
    private SnapshotRpcBlockingStub snapshots;

    @BeforeEach
    void start() throws Exception {
        server = new PoolServer();
        snapshots = SnapshotRpcGrpc.newBlockingStub(server.channel());
        for (String name : List.of("p0", "p1")) {
            PoolSpec spec = new PoolSpec(name, Optional.empty(), List.of("/dev/" + name), 0, false);
            assertEquals(name, server.pools().create(spec).name());
        }
        ReplicaSpec replica =
                new ReplicaSpec("p0", "r1", UUID.fromString(R1), SIZE, false, Optional.empty());
        assertEquals("r1", server.pools().createReplica(replica).name());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aSnapshotIsDescribedInFull() {
        SnapshotInfo snapshot = create(valid());

        assertEquals(S1, snapshot.getSnapshotUuid());
        assertEquals("s1", snapshot.getSnapshotName());
        assertEquals(R1, snapshot.getSourceUuid());
        assertEquals(SIZE, snapshot.getSourceSize());
        assertEquals(4 << 20, snapshot.getSnapshotSize());
        assertEquals("p0", snapshot.getPoolName());
        assertEquals("e1", snapshot.getEntityId());
        assertEquals("t1", snapshot.getTxnId());
        assertTrue(snapshot.getValidSnapshot());
        assertEquals(
                Timestamp.newBuilder()
                        .setSeconds(Instant.parse("2026-01-02T03:04:05Z").getEpochSecond())
                        .setNanos(6)
                        .build(),
                snapshot.getTimestamp());
        assertEquals(List.of(snapshot), list(each -> {}));
    }

    static Stream<Arguments> wrongSnapshots() {
        return Stream.of(
                wrong("snapshot_uuid must be a UUID", each -> each.setSnapshotUuid("")),
                wrong("snapshot_name must be 1 to", each -> each.setSnapshotName("")),
                wrong("entity_id must have 1 to", each -> each.setEntityId("")),
                wrong("txn_id must have 1 to", each -> each.setTxnId("")),
                wrong("txn_id must have 1 to", each -> each.setTxnId("x".repeat(256))),
                wrong("replica_uuid must be a UUID", each -> each.setReplicaUuid("r1")));
    }

    private static Arguments wrong(
            String words, Consumer<CreateReplicaSnapshotRequest.Builder> change) {
        return Arguments.of(words, change);
    }

    @ParameterizedTest
    @MethodSource("wrongSnapshots")
    void aWrongFieldIsNamedAndNothingIsMade(
            String words, Consumer<CreateReplicaSnapshotRequest.Builder> change) {
        CreateReplicaSnapshotRequest.Builder request = valid();
        change.accept(request);

        refused(Code.INVALID_ARGUMENT, words, () -> create(request));
        assertEquals(List.of(), server.pools().snapshots());
    }

    @Test
    void aSnapshotNeedsItsReplicaAndAUuidOfItsOwn() {
        refused(Code.NOT_FOUND, () -> create(valid().setReplicaUuid(NOBODY)));
        create(valid());
        refused(Code.ALREADY_EXISTS, () -> create(valid().setSnapshotName("s2")));
        refused(Code.NOT_FOUND, () -> create(valid().setReplicaUuid(S1).setSnapshotUuid(C1)));
    }

    @Test
    void aSnapshotWithClonesIsDiscardedAndGoesWithTheLast() {
        create(valid());
        Replica clone = copy(S1, "c1", C1);
        assertTrue(clone.getIsClone() && clone.getThin());

        destroy(each -> {});

        SnapshotInfo discarded = list(each -> {}).getFirst();
        assertTrue(discarded.getDiscardedSnapshot());
        assertEquals(1, discarded.getNumClones());
        refused(Code.NOT_FOUND, "discarded", () -> copy(S1, "c2", NOBODY));
        server.pools().destroyReplica(UUID.fromString(C1));
        assertEquals(List.of(), list(each -> {}));
    }

    @Test
    void aSnapshotIsDestroyedOnlyInThePoolThatTheCallerMeans() {
        create(valid());

        refused(Code.ABORTED, "not in p1", () -> destroy(each -> each.setPoolName("p1")));
        refused(Code.FAILED_PRECONDITION, () -> destroy(each -> each.setPoolName("p9")));
        refused(Code.FAILED_PRECONDITION, () -> destroy(each -> each.setPoolUuid(NOBODY)));
        refused(Code.NOT_FOUND, () -> destroy(each -> each.setSnapshotUuid(NOBODY)));
        refused(Code.INVALID_ARGUMENT, () -> destroy(each -> each.setSnapshotUuid("s1")));
        destroy(each -> each.setPoolName("p0"));
        assertEquals(List.of(), list(each -> {}));
    }

    @Test
    void aListHasWhatWasAskedFor() {
        create(valid());

        assertEquals(1, list(each -> each.setSourceUuid(R1)).size());
        assertEquals(0, list(each -> each.setSourceUuid(NOBODY)).size());
        assertEquals(1, list(each -> each.setSnapshotUuid(S1)).size());
        assertEquals(0, list(each -> each.setSnapshotUuid(NOBODY)).size());
        assertEquals(1, list(each -> each.getQueryBuilder().setDiscarded(false)).size());
        assertEquals(0, list(each -> each.getQueryBuilder().setDiscarded(true)).size());
        assertEquals(1, list(each -> each.getQueryBuilder().setInvalid(true)).size());
        assertEquals(0, list(each -> each.getQueryBuilder().setInvalid(false)).size());
        refused(Code.INVALID_ARGUMENT, () -> list(each -> each.setSourceUuid("x")));
        refused(Code.INVALID_ARGUMENT, () -> list(each -> each.setSnapshotUuid("x")));
    }

    @Test
    void aReplicaThatIsGoneIsNoSourceAnyMore() {
        create(valid());
        server.pools().destroyReplica(UUID.fromString(R1));

        assertEquals("", list(each -> {}).getFirst().getSourceUuid());
    }

    @Test
    void clonesAreListedBySnapshot() {
        create(valid());
        Replica clone = copy(S1, "c1", C1);

        assertEquals(List.of(clone), clones(ListSnapshotCloneRequest.newBuilder()));
        assertEquals(
                List.of(clone), clones(ListSnapshotCloneRequest.newBuilder().setSnapshotUuid(S1)));
        assertEquals(
                List.of(), clones(ListSnapshotCloneRequest.newBuilder().setSnapshotUuid(NOBODY)));
        refused(Code.ALREADY_EXISTS, () -> copy(S1, "c2", C1));
        refused(Code.NOT_FOUND, () -> copy(NOBODY, "c2", NOBODY));
        refused(Code.INVALID_ARGUMENT, "clone_name", () -> copy(S1, "", NOBODY));
        refused(Code.INVALID_ARGUMENT, "clone_uuid", () -> copy(S1, "c2", ""));
        refused(Code.INVALID_ARGUMENT, "snapshot_uuid", () -> copy("", "c2", NOBODY));
    }

    @Test
    void noNexusIsKnown() {
        refused(
                Code.NOT_FOUND,
                "there is no nexus n1",
                () ->
                        snapshots
                                .createNexusSnapshot(
                                        NexusCreateSnapshotRequest.newBuilder()
                                                .setNexusUuid("n1")
                                                .build())
                                .getNexus());
    }

    private static CreateReplicaSnapshotRequest.Builder valid() {
        return CreateReplicaSnapshotRequest.newBuilder()
                .setReplicaUuid(R1)
                .setSnapshotUuid(S1)
                .setSnapshotName("s1")
                .setEntityId("e1")
                .setTxnId("t1");
    }

    private SnapshotInfo create(CreateReplicaSnapshotRequest.Builder request) {
        return snapshots.createReplicaSnapshot(request.build()).getSnapshot();
    }

    private Replica copy(String snapshot, String name, String uuid) {
        return snapshots.createSnapshotClone(
                CreateSnapshotCloneRequest.newBuilder()
                        .setSnapshotUuid(snapshot)
                        .setCloneName(name)
                        .setCloneUuid(uuid)
                        .build());
    }

    private void destroy(Consumer<DestroySnapshotRequest.Builder> change) {
        DestroySnapshotRequest.Builder request =
                DestroySnapshotRequest.newBuilder().setSnapshotUuid(S1);
        change.accept(request);
        assertEquals(Empty.getDefaultInstance(), snapshots.destroySnapshot(request.build()));
    }

    private List<SnapshotInfo> list(Consumer<ListSnapshotsRequest.Builder> change) {
        ListSnapshotsRequest.Builder request = ListSnapshotsRequest.newBuilder();
        change.accept(request);
        return snapshots.listSnapshot(request.build()).getSnapshotsList();
    }

    private List<Replica> clones(ListSnapshotCloneRequest.Builder request) {
        return snapshots.listSnapshotClone(request.build()).getReplicasList();
    }
}
