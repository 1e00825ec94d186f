package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.grpc.Status.Code;
import io.mayastor.api.ext.v1.AddPoolDiskRequest;
import io.mayastor.api.ext.v1.GetPoolDetailsRequest;
import io.mayastor.api.ext.v1.ImportPoolDegradedRequest;
import io.mayastor.api.ext.v1.PoolDetails;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc.StoragePoolRpcBlockingStub;
import io.mayastor.api.v1.ClearErrorRequest;
import io.mayastor.api.v1.CreatePoolRequest;
import io.mayastor.api.v1.DestroyPoolRequest;
import io.mayastor.api.v1.EncryptionSecret;
import io.mayastor.api.v1.ExportPoolRequest;
import io.mayastor.api.v1.GrowPoolRequest;
import io.mayastor.api.v1.ImportPoolRequest;
import io.mayastor.api.v1.ListPoolOptions;
import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolAlert;
import io.mayastor.api.v1.PoolAlertStatus;
import io.mayastor.api.v1.PoolMetadataArgs;
import io.mayastor.api.v1.PoolRpcGrpc;
import io.mayastor.api.v1.PoolRpcGrpc.PoolRpcBlockingStub;
import io.mayastor.api.v1.PoolState;
import io.mayastor.api.v1.PoolType;
import io.mayastor.api.v1.PoolTypeValue;
import io.mayastor.engine.pool.DiskInfo;
import io.mayastor.engine.pool.DiskInfo.Alert;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.server.pools.FakePools;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mayastor.v1.PoolRpc} and what is beside it, over a real connection. */
class PoolServiceTest {
    private static final String ID = "1a2b3c4d-0000-4000-8000-00000000002a";
    private static final String OTHER = "1a2b3c4d-0000-4000-8000-00000000002b";
    private static final String DISK = "/dev/disk0";

    private PoolServer server;
    private PoolRpcBlockingStub pools;
    private StoragePoolRpcBlockingStub more;

    @BeforeEach
    void start() throws Exception {
        server = new PoolServer();
        pools = PoolRpcGrpc.newBlockingStub(server.channel());
        more = StoragePoolRpcGrpc.newBlockingStub(server.channel());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aCreatedPoolIsDescribedInFull() {
        Pool pool = pools.createPool(valid().setUuid(StringValue.of(ID)).build());

        assertEquals("p0", pool.getName());
        assertEquals(ID, pool.getUuid());
        assertEquals(List.of(DISK), pool.getDisksList());
        assertEquals(PoolState.POOL_ONLINE, pool.getState());
        assertEquals(FakePools.DISK_BYTES, pool.getCapacity());
        assertEquals(8 << 20, pool.getUsed());
        assertEquals(16 << 20, pool.getCommitted());
        assertEquals(4 << 20, pool.getClusterSize());
        assertEquals(FakePools.DISK_BYTES, pool.getMaxExpandableSize());
        assertEquals(1024, pool.getMdInfo().getMdPages());
        assertEquals(10, pool.getMdInfo().getMdUsedPages());
        assertEquals(PoolAlertStatus.Healthy, pool.getErrors().getAlerts().getStatus());
        assertFalse(pool.getEncrypted());
        assertEquals(List.of(pool), list(ListPoolOptions.getDefaultInstance()));
    }

    @Test
    void aPoolThatIsThereIsNotMadeAgain() {
        create("p0", DISK);

        refused(Code.ALREADY_EXISTS, () -> create("p0", DISK));
        refused(Code.INVALID_ARGUMENT, () -> create("p0", "/dev/disk1"));
    }

    static Stream<Arguments> wrongCreations() {
        return Stream.of(
                wrong("name must be 1 to 127", each -> each.setName("")),
                wrong("name must be 1 to 127", each -> each.setName("a b")),
                wrong("name must be 1 to 127", each -> each.setName("x".repeat(128))),
                wrong("uuid must be a UUID", each -> each.setUuid(StringValue.of("1-2-3-4-5"))),
                wrong("uuid must be a UUID", each -> each.setUuid(StringValue.of(""))),
                wrong("disks must name 1 to 64 devices, not 0", each -> each.clearDisks()),
                wrong("disks must name 1 to 64", each -> disks(each, 65)),
                wrong("disks: each must be", each -> each.addDisks("")),
                wrong("twice", each -> each.addDisks(DISK)),
                wrong("pooltype must be Lvs or Lvm", each -> each.setPooltypeValue(7)),
                wrong("cluster_size must be a multiple of 1 MiB", each -> each.setClusterSize(0)),
                wrong("cluster_size must be", each -> each.setClusterSize(512 << 10)),
                wrong("not 4293918720 bytes", each -> each.setClusterSize(-(1 << 20))),
                wrong("md_args.md_resv_ratio must be above 0", each -> ratio(each, 0)),
                wrong("md_args.md_resv_ratio must be above 0", each -> ratio(each, Float.NaN)));
    }

    private static Arguments wrong(String words, Consumer<CreatePoolRequest.Builder> change) {
        return Arguments.of(words, change);
    }

    private static void disks(CreatePoolRequest.Builder request, int count) {
        for (int i = 1; i < count; i++) {
            request.addDisks(DISK + i);
        }
    }

    @SuppressWarnings("deprecation") // the field that older callers send
    private static void ratio(CreatePoolRequest.Builder request, float ratio) {
        request.setMdArgs(PoolMetadataArgs.newBuilder().setMdResvRatio(ratio));
    }

    @ParameterizedTest
    @MethodSource("wrongCreations")
    void aWrongFieldIsNamedAndNothingIsMade(
            String words, Consumer<CreatePoolRequest.Builder> change) {
        CreatePoolRequest.Builder request = valid();
        change.accept(request);

        refused(Code.INVALID_ARGUMENT, words, () -> create(request));
        assertEquals(List.of(), server.pools().list());
    }

    @Test
    void whatWeDoNotHaveIsNotReplacedBySomethingElse() {
        refused(
                Code.UNIMPLEMENTED,
                "encrypt",
                () -> create(valid().setSecret(EncryptionSecret.getDefaultInstance())));
        refused(Code.FAILED_PRECONDITION, "LVM", () -> create(valid().setPooltype(PoolType.Lvm)));
        refused(
                Code.UNIMPLEMENTED,
                () ->
                        imported(
                                ImportPoolRequest.newBuilder()
                                        .setSecret(EncryptionSecret.getDefaultInstance())));
        assertEquals(List.of(), server.pools().list());
    }

    @Test
    void wishesForRoomToGrowAreAcceptedAndHaveNoEffect() {
        CreatePoolRequest.Builder request = valid();
        ratio(request, 0.5f);
        request.getMdArgsBuilder().setMaxExpansion("5x");

        assertEquals(FakePools.DISK_BYTES, create(request).getCapacity());
    }

    @Test
    void anExportedPoolIsImportedByItsDisksAndItsName() {
        create("p0", DISK);
        exported("p0", null);
        assertEquals(List.of(), list(ListPoolOptions.getDefaultInstance()));

        refused(Code.INVALID_ARGUMENT, () -> imported(importing("p1", DISK)));
        refused(
                Code.INVALID_ARGUMENT,
                () -> imported(importing("p0", DISK).setUuid(StringValue.of(OTHER))));
        refused(Code.INVALID_ARGUMENT, "no pool", () -> imported(importing("p0", "/dev/disk1")));
        imported(importing("p0", DISK));
        refused(Code.ALREADY_EXISTS, () -> imported(importing("p0", DISK)));
    }

    @Test
    void aPoolIsNamedByItsNameAndAlsoByItsUuid() {
        create("p0", DISK);

        refused(Code.NOT_FOUND, "there is no pool p1", () -> destroyed("p1", null));
        refused(Code.NOT_FOUND, "has the UUID", () -> destroyed("p0", OTHER));
        refused(Code.NOT_FOUND, () -> exported("p1", null));
        refused(Code.NOT_FOUND, () -> grown("p1"));
        refused(Code.INVALID_ARGUMENT, "uuid must be", () -> destroyed("p0", "x"));
        refused(Code.INVALID_ARGUMENT, "name must be", () -> destroyed("", null));
        destroyed("p0", server.pools().list().getFirst().uuid().toString());
        assertEquals(List.of(), server.pools().list());
    }

    @Test
    void aListHasThePoolsThatWereAskedFor() {
        Pool first = create("p0", DISK);
        Pool second = create("p1", "/dev/disk1");

        assertEquals(List.of(first, second), list(ListPoolOptions.getDefaultInstance()));
        assertEquals(
                List.of(second),
                list(ListPoolOptions.newBuilder().setName(StringValue.of("p1")).build()));
        assertEquals(
                List.of(first),
                list(
                        ListPoolOptions.newBuilder()
                                .setUuid(StringValue.of(first.getUuid()))
                                .build()));
        assertEquals(
                List.of(),
                list(ListPoolOptions.newBuilder().setName(StringValue.of("p2")).build()));
        assertEquals(List.of(), list(ofType(PoolType.Lvm.getNumber())));
        assertEquals(2, list(ofType(PoolType.Lvs.getNumber())).size());
        refused(Code.INVALID_ARGUMENT, "pooltype must be", () -> list(ofType(9)));
    }

    private static ListPoolOptions ofType(int type) {
        return ListPoolOptions.newBuilder()
                .setPooltype(PoolTypeValue.newBuilder().setValueValue(type))
                .build();
    }

    @Test
    void growthTellsBeforeAndAfter() {
        Pool before = create("p0", DISK);

        var growth = pools.growPool(GrowPoolRequest.newBuilder().setName("p0").build());

        assertEquals(before, growth.getPreviousPool());
        assertEquals(2 * before.getCapacity(), growth.getCurrentPool().getCapacity());
        assertEquals(4 * before.getCapacity(), grown("p0").getCapacity());
    }

    @Test
    void troublesOfDisksAddUpToThoseOfThePoolAndCanBeCleared() {
        create("p0", DISK);
        create("p1", "/dev/disk1");
        PoolInfo pool = server.pools().list().getFirst();
        DiskInfo bad =
                new DiskInfo(
                        DISK,
                        UUID.fromString(ID),
                        1 << 30,
                        false,
                        true,
                        7,
                        100,
                        3,
                        10,
                        List.of(Alert.IO_ERROR, Alert.IO_STALLED));
        server.pools().put(withDisks(pool, List.of(bad, FakePools.disk("/dev/disk2"))));

        Pool shown = list(ListPoolOptions.getDefaultInstance()).getFirst();

        assertEquals(7, shown.getErrors().getIoErrorCount());
        assertEquals(3, shown.getErrors().getIoStallTransitionCount());
        assertEquals(PoolAlertStatus.Critical, shown.getErrors().getAlerts().getStatus());
        assertEquals(List.of(PoolAlert.IoStalled), shown.getErrors().getAlerts().getCriticalList());
        assertEquals(List.of(PoolAlert.IoError), shown.getErrors().getAlerts().getAttentionList());
        assertEquals(
                PoolAlertStatus.Healthy, shown.getDiskInfo(1).getErrors().getAlerts().getStatus());
        refused(
                Code.INVALID_ARGUMENT,
                "/dev/disk9",
                () -> cleared(ClearErrorRequest.newBuilder().setName("p0").addDisks("/dev/disk9")));
        refused(
                Code.INVALID_ARGUMENT,
                "clear must be ClearAll",
                () -> cleared(ClearErrorRequest.newBuilder().setName("p0").setClearValue(3)));
        refused(
                Code.NOT_FOUND,
                () -> cleared(ClearErrorRequest.newBuilder().setName("p0").setUuid(OTHER)));
        assertEquals(
                0,
                cleared(ClearErrorRequest.newBuilder().setName("p0").addDisks(DISK))
                        .getErrors()
                        .getIoErrorCount());
    }

    @ParameterizedTest
    @EnumSource(io.mayastor.engine.pool.PoolState.class)
    void everyStateHasItsNumber(io.mayastor.engine.pool.PoolState state) {
        assertEquals("POOL_" + state.name(), PoolMessages.of(state).name());
    }

    @Test
    void aPoolGetsOneMoreDisk() {
        create("p0", DISK);

        Pool larger =
                more.addPoolDisk(
                        AddPoolDiskRequest.newBuilder()
                                .setName("p0")
                                .setDisk("/dev/disk1")
                                .build());

        assertEquals(List.of(DISK, "/dev/disk1"), larger.getDisksList());
        refused(
                Code.INVALID_ARGUMENT,
                "disk must be",
                () -> added(AddPoolDiskRequest.newBuilder().setName("p0")));
        refused(
                Code.NOT_FOUND,
                () -> added(AddPoolDiskRequest.newBuilder().setName("p1").setDisk("x")));
    }

    @Test
    void whatAPoolDoesBesidesIoIsTold() {
        create("p0", DISK);
        server.pools().pendingDeletion = 77;

        PoolDetails details =
                more.getPoolDetails(GetPoolDetailsRequest.newBuilder().setName("p0").build());

        assertEquals(77, details.getPendingDeletionBytes());
        assertEquals(1, details.getJournal().getBlocks());
        assertEquals(9, details.getJournal().getDurableSequence());
        assertEquals(11, details.getDyingClusters());
    }

    @Test
    void aPoolWithMissingDisksIsImportedOnDemand() {
        create("p0", DISK);
        exported("p0", null);

        Pool pool =
                more.importPoolDegraded(
                        ImportPoolDegradedRequest.newBuilder()
                                .setName("p0")
                                .addDisks(DISK)
                                .build());

        assertEquals("p0", pool.getName());
    }

    private static CreatePoolRequest.Builder valid() {
        return CreatePoolRequest.newBuilder().setName("p0").addDisks(DISK);
    }

    private Pool create(String name, String disk) {
        return create(CreatePoolRequest.newBuilder().setName(name).addDisks(disk));
    }

    private Pool create(CreatePoolRequest.Builder request) {
        return pools.createPool(request.build());
    }

    private static ImportPoolRequest.Builder importing(String name, String disk) {
        return ImportPoolRequest.newBuilder().setName(name).addDisks(disk);
    }

    private Pool imported(ImportPoolRequest.Builder request) {
        return pools.importPool(request.build());
    }

    private void destroyed(String name, String uuid) {
        DestroyPoolRequest.Builder request = DestroyPoolRequest.newBuilder().setName(name);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        assertEquals(Empty.getDefaultInstance(), pools.destroyPool(request.build()));
    }

    private void exported(String name, String uuid) {
        ExportPoolRequest.Builder request = ExportPoolRequest.newBuilder().setName(name);
        if (uuid != null) {
            request.setUuid(StringValue.of(uuid));
        }
        assertEquals(Empty.getDefaultInstance(), pools.exportPool(request.build()));
    }

    private Pool grown(String name) {
        return pools.growPoolV2(GrowPoolRequest.newBuilder().setName(name).build());
    }

    private Pool cleared(ClearErrorRequest.Builder request) {
        return pools.clearErrors(request.build());
    }

    private Pool added(AddPoolDiskRequest.Builder request) {
        return more.addPoolDisk(request.build());
    }

    private List<Pool> list(ListPoolOptions options) {
        return pools.listPools(options).getPoolsList();
    }

    private static PoolInfo withDisks(PoolInfo pool, List<DiskInfo> disks) {
        return new PoolInfo(
                pool.uuid(),
                pool.name(),
                io.mayastor.engine.pool.PoolState.SUSPECTED,
                "a disk does not answer",
                pool.capacityBytes(),
                pool.usedBytes(),
                pool.committedBytes(),
                pool.clusterBytes(),
                pool.blockBytes(),
                pool.diskCapacityBytes(),
                pool.metadataPageBytes(),
                pool.metadataPages(),
                pool.metadataPagesUsed(),
                disks,
                pool.statistics());
    }
}
