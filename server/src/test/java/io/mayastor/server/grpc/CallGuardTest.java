package io.mayastor.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.BdevUnshareRequest;
import io.mayastor.engine.device.DeviceException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see of failures in handlers, over a real connection. */
class CallGuardTest {
    private final Logger logger = Logger.getLogger(CallGuard.class.getPackageName());
    private final Errors errors = new Errors();
    private final Service service = new Service();
    private GrpcServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        logger.addHandler(errors);
        logger.setUseParentHandlers(false);
        server =
                new GrpcServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(service));
        server.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        server.stop(TimeUnit.SECONDS.toNanos(5));
        logger.removeHandler(errors);
        logger.setUseParentHandlers(true);
    }

    @Test
    void aBugIsInternalShowsNothingAndIsLoggedOnce() {
        Status status = failWith(new IllegalStateException("secret detail"));

        assertEquals(Status.Code.INTERNAL, status.getCode());
        assertEquals(
                "internal error in mayastor.v1.BdevRpc/Unshare; the engine's log has the trace",
                status.getDescription());
        assertEquals(1, errors.records.size());
        assertEquals("secret detail", errors.records.getFirst().getThrown().getMessage());
    }

    @Test
    void aDeviceThatIsNotThereIsNotFoundAndNoErrorInTheLog() {
        Status status =
                failWith(new DeviceException(DeviceException.Kind.NOT_FOUND, "there is no device"));

        assertEquals(Status.Code.NOT_FOUND, status.getCode());
        assertEquals("there is no device", status.getDescription());
        assertEquals(List.of(), errors.records);
    }

    @Test
    void whatTheEngineRefusedKeepsItsReason() {
        service.handler =
                () ->
                        Waiting.on(
                                CompletableFuture.failedFuture(
                                        new java.util.NoSuchElementException("no subsystem x")));

        assertEquals("no subsystem x", call().getStatus().getDescription());
    }

    @Test
    void aCallThatWaitsLongerThanItsDeadlineEnds() {
        service.handler = () -> Waiting.on(new CompletableFuture<>());

        StatusRuntimeException ended =
                assertThrows(
                        StatusRuntimeException.class,
                        () ->
                                BdevRpcGrpc.newBlockingStub(channel)
                                        .withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                                        .unshare(BdevUnshareRequest.getDefaultInstance()));

        assertEquals(Status.Code.DEADLINE_EXCEEDED, ended.getStatus().getCode());
    }

    @Test
    void callsAndFailuresAreCounted() {
        failWith(new DeviceException(DeviceException.Kind.BUSY, "in use"));

        assertEquals(1, server.calls());
        assertEquals(1, server.failures());
    }

    private Status failWith(RuntimeException failure) {
        service.handler =
                () -> {
                    throw failure;
                };
        return call().getStatus();
    }

    private StatusRuntimeException call() {
        return assertThrows(
                StatusRuntimeException.class,
                () ->
                        BdevRpcGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(30, TimeUnit.SECONDS)
                                .unshare(BdevUnshareRequest.getDefaultInstance()));
    }

    private static final class Service extends BdevRpcGrpc.BdevRpcImplBase {
        private volatile Runnable handler;

        @Override
        public void unshare(BdevUnshareRequest request, StreamObserver<Empty> caller) {
            Replies.reply(
                    caller,
                    () -> {
                        handler.run();
                        return Empty.getDefaultInstance();
                    });
        }
    }

    private static final class Errors extends Handler {
        private final List<LogRecord> records = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord record) {
            if (record.getLevel() == Level.SEVERE) {
                records.add(record);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
