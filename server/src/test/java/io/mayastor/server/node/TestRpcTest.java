package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mayastor.api.v1.AddFaultInjectionRequest;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.CreateBdevRequest;
import io.mayastor.api.v1.FaultInjection;
import io.mayastor.api.v1.ListFaultInjectionsRequest;
import io.mayastor.api.v1.RemoveFaultInjectionRequest;
import io.mayastor.api.v1.TestRpcGrpc;
import io.mayastor.api.v1.TestRpcGrpc.TestRpcBlockingStub;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor.v1.TestRpc}: faults that come when somebody asks for them. */
class TestRpcTest {
    private static final String ONE_FAILED_FLUSH = "inject://m0?op=flush&retries=1";

    @TempDir private Path directory;
    private TestNode node;
    private TestRpcBlockingStub tests;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(directory);
        tests = TestRpcGrpc.newBlockingStub(node.channel());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void anInjectedFaultStrikesAsOftenAsItSays() throws Exception {
        create("faulty+malloc:///m0?size_mb=1");

        add(ONE_FAILED_FLUSH);

        assertEquals(List.of(injection(true)), list());
        assertEquals(Status.DATA_TRANSFER_ERROR, flush());
        assertEquals(Status.SUCCESS, flush());
        assertEquals(List.of(injection(false)), list());
    }

    @Test
    void aRemovedFaultStrikesNoMore() throws Exception {
        create("faulty+malloc:///m0?size_mb=1");
        add("inject://m0?op=any");
        assertEquals(Status.DATA_TRANSFER_ERROR, flush());

        remove("inject://m0?op=any");
        remove("inject://m0?op=any");

        assertEquals(Status.SUCCESS, flush());
        assertEquals(List.of(), list());
    }

    @Test
    void aRuleMayComeBeforeItsDevice() throws Exception {
        add(ONE_FAILED_FLUSH);
        create("faulty+malloc:///m0?size_mb=1");

        assertEquals(Status.DATA_TRANSFER_ERROR, flush());
    }

    @Test
    void aPlainDeviceAndAWrongRuleAreRefused() {
        create("malloc:///m0?size_mb=1");

        refused(Code.INVALID_ARGUMENT, ONE_FAILED_FLUSH);
        refused(Code.INVALID_ARGUMENT, "inject://m1?op=sing");
        refused(Code.INVALID_ARGUMENT, "malloc:///m1");
        refused(Code.INVALID_ARGUMENT, "");
        assertEquals(List.of(), list());
    }

    private void create(String uri) {
        BdevRpcGrpc.newBlockingStub(node.channel())
                .create(CreateBdevRequest.newBuilder().setUri(uri).build())
                .getBdev();
    }

    private void add(String uri) {
        Empty done =
                tests.addFaultInjection(AddFaultInjectionRequest.newBuilder().setUri(uri).build());
        assertEquals(Empty.getDefaultInstance(), done);
    }

    private void remove(String uri) {
        Empty done =
                tests.removeFaultInjection(
                        RemoveFaultInjectionRequest.newBuilder().setUri(uri).build());
        assertEquals(Empty.getDefaultInstance(), done);
    }

    private List<FaultInjection> list() {
        return tests.listFaultInjections(ListFaultInjectionsRequest.getDefaultInstance())
                .getInjectionsList();
    }

    private static FaultInjection injection(boolean active) {
        return FaultInjection.newBuilder()
                .setUri(ONE_FAILED_FLUSH)
                .setDeviceName("m0")
                .setIsActive(active)
                .build();
    }

    private int flush() throws Exception {
        BlockDevice device = node.node().devices().info("m0").device();
        CompletableFuture<Integer> flushed = new CompletableFuture<>();
        device.reactor()
                .execute(() -> {
                    BlockIo io = new BlockIo(done -> flushed.complete(done.status));
                    io.operation = BlockIo.Operation.FLUSH;
                    device.submit(io);
                });
        return flushed.get(10, TimeUnit.SECONDS);
    }

    private void refused(Code code, String uri) {
        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, () -> add(uri));
        assertEquals(code, refusal.getStatus().getCode(), refusal.getMessage());
    }
}
