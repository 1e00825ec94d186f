package io.mayastor.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** One connection to an engine; every call on it has a deadline. */
public final class Connection implements AutoCloseable {
    static final int DEADLINE_SECONDS = 30;

    private final Endpoint endpoint;
    private final ManagedChannel channel;

    Connection(Endpoint endpoint) {
        this.endpoint = endpoint;
        channel =
                NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                        .usePlaintext()
                        .build();
    }

    /**
     * One call.
     *
     * @param newStub as {@code BdevRpcGrpc::newBlockingStub}
     * @throws UnreachableException when no engine answers
     * @throws io.grpc.StatusRuntimeException when it refuses
     */
    public <S extends AbstractStub<S>, T> T call(
            Function<ManagedChannel, S> newStub, Function<S, T> call) {
        return guarded(() ->
                call.apply(
                        newStub.apply(channel)
                                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)));
    }

    /** As {@link #call}, without a deadline: for work whose progress somebody watches. */
    public <S extends AbstractStub<S>, T> T follow(
            Function<ManagedChannel, S> newStub, Function<S, T> call) {
        return guarded(() -> call.apply(newStub.apply(channel)));
    }

    private <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (io.grpc.StatusRuntimeException e) {
            throw switch (e.getStatus().getCode()) {
                case UNAVAILABLE, DEADLINE_EXCEEDED -> new UnreachableException(endpoint, e);
                default -> e;
            };
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
