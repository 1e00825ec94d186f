package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.mayastor.api.v1.TestRpcGrpc;
import io.mayastor.api.v1.TestRpcGrpc.TestRpcBlockingStub;
import io.mayastor.api.v1.WipeOptions.WipeMethod;
import io.mayastor.api.v1.WipeReplicaRequest;
import io.mayastor.api.v1.WipeReplicaResponse;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.server.node.TestNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Wiping over a real connection; the replica's bytes are those of a memory device. */
class WipeReplicaTest {
    private static final String R1 = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final String NOBODY = "1a2b3c4d-0000-4000-8000-0000000000ff";
    private static final int MIB = 1 << 20;
    private static final int SIZE = 8 * MIB;

    @TempDir private static Path directory;
    private static TestNode node;
    private static PoolServer server;
    private static TestRpcBlockingStub tests;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
        DeviceRegistry devices = node.node().devices();
        server = new PoolServer(devices);
        tests = TestRpcGrpc.newBlockingStub(server.channel());
        for (String name : List.of("p0", "p1")) {
            PoolSpec pool = new PoolSpec(name, Optional.empty(), List.of("/dev/" + name), 0, false);
            assertEquals(name, server.pools().create(pool).name());
        }
        UUID uuid = UUID.fromString(R1);
        ReplicaSpec replica = new ReplicaSpec("p0", "r1", uuid, SIZE, true, Optional.empty());
        assertEquals("r1", server.pools().createReplica(replica).name());
        server.pools()
                .devices
                .put(uuid, devices.create("faulty+malloc:///m0?size_mb=8&blk_size=4096").get());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        node.close();
    }

    @Test
    void progressIsToldAtTheStartAndAfterEachChunk() {
        List<WipeReplicaResponse> steps =
                wipe(each -> method(each, WipeMethod.WRITE_ZEROES, 3 * MIB));

        assertEquals(4, steps.size());
        for (int i = 0; i < steps.size(); i++) {
            WipeReplicaResponse step = steps.get(i);
            long done = Math.min(SIZE, i * 3L * MIB);
            assertEquals(R1, step.getUuid());
            assertEquals(SIZE, step.getTotalBytes());
            assertEquals(3 * MIB, step.getChunkSize());
            assertEquals(2 * MIB, step.getLastChunkSize());
            assertEquals(3, step.getTotalChunks());
            assertEquals(i, step.getWipedChunks());
            assertEquals(done, step.getWipedBytes());
            assertEquals(SIZE - done, step.getRemainingBytes());
            assertFalse(step.hasCrc32());
        }
    }

    @Test
    void aPatternFillsAllOfIt() {
        wipe(each -> {
            method(each, WipeMethod.WRITE_PATTERN, MIB);
            each.getWipeOptionsBuilder().getOptionsBuilder().setWritePattern(0x01020304);
        });

        assertEquals(sumOf(0x01020304), checksum(0));
        assertEquals(sumOf(0x01020304), checksum(MIB));
        wipe(each -> method(each, WipeMethod.NONE, 0));
        assertEquals(sumOf(0x01020304), checksum(0), "nothing is nothing");
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE_ZEROES", "UNMAP"})
    void whatIsWipedReadsZeros(WipeMethod method) {
        wipe(each -> method(each, WipeMethod.WRITE_PATTERN, 0));
        assertEquals(sumOf(0xdeadbeef), checksum(0));

        wipe(each -> method(each, method, 0));

        assertEquals(sumOf(0), checksum(0));
    }

    static Stream<Arguments> wrongRequests() {
        return Stream.of(
                wrong("uuid must be a UUID", each -> each.setUuid("r1")),
                wrong("multiple of 4096", each -> method(each, WipeMethod.UNMAP, 4097)),
                wrong("at most 1023 chunks", each -> method(each, WipeMethod.UNMAP, 4096)),
                wrong("0 (all at once) to", each -> method(each, WipeMethod.UNMAP, SIZE + 4096)),
                wrong("0 (all at once) to", each -> method(each, WipeMethod.UNMAP, -4096)),
                wrong(
                        "wipe_method must be NONE",
                        each ->
                                each.getWipeOptionsBuilder()
                                        .getOptionsBuilder()
                                        .setWipeMethodValue(77)),
                wrong(
                        "cksum_alg must be Crc32c",
                        each ->
                                method(each, WipeMethod.CHECKSUM, 0)
                                        .getWipeOptionsBuilder()
                                        .getOptionsBuilder()
                                        .setCksumAlgValue(5)));
    }

    private static Arguments wrong(String words, Consumer<WipeReplicaRequest.Builder> change) {
        return Arguments.of(words, change);
    }

    @ParameterizedTest
    @MethodSource("wrongRequests")
    void aWrongFieldIsNamed(String words, Consumer<WipeReplicaRequest.Builder> change) {
        refused(Code.INVALID_ARGUMENT, words, () -> wipe(change));
    }

    @Test
    void aReplicaIsWipedOnlyInThePoolThatTheCallerMeans() {
        refused(Code.NOT_FOUND, () -> wipe(each -> each.setUuid(NOBODY)));
        refused(Code.ABORTED, () -> wipe(each -> each.setPoolName("p1")));
        refused(Code.FAILED_PRECONDITION, () -> wipe(each -> each.setPoolName("p9")));
        assertEquals(2, wipe(each -> each.setPoolName("p0")).size());
    }

    @Test
    void aFailureOfTheDeviceEndsTheWipe() {
        node.node().devices().inject("inject://m0?op=write&retries=1");

        refused(
                Code.DATA_LOSS,
                "WRITE of",
                () -> wipe(each -> method(each, WipeMethod.WRITE_PATTERN, 0)));
    }

    @Test
    void allMethodsOfTheContractArePromised() {
        assertEquals(5, tests.getFeatures(Empty.getDefaultInstance()).getWipeMethodsCount());
    }

    private static int checksum(long chunk) {
        return wipe(each -> method(each, WipeMethod.CHECKSUM, chunk)).getLast().getCrc32();
    }

    private static int sumOf(int pattern) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putInt(pattern);
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes.flip());
        return (int) sum.getValue();
    }

    private static WipeReplicaRequest.Builder method(
            WipeReplicaRequest.Builder request, WipeMethod method, long chunk) {
        request.getWipeOptionsBuilder().setChunkSize(chunk);
        request.getWipeOptionsBuilder().getOptionsBuilder().setWipeMethod(method);
        return request;
    }

    private static List<WipeReplicaResponse> wipe(Consumer<WipeReplicaRequest.Builder> change) {
        WipeReplicaRequest.Builder request = WipeReplicaRequest.newBuilder().setUuid(R1);
        change.accept(request);
        List<WipeReplicaResponse> steps = new ArrayList<>();
        tests.wipeReplica(request.build()).forEachRemaining(steps::add);
        return steps;
    }
}
