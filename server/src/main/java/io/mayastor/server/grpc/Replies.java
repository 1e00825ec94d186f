package io.mayastor.server.grpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/**
 * Ends a unary call with what a handler computed; what it throws is answered by {@link CallGuard}.
 */
final class Replies {
    private Replies() {}

    static <T> void reply(StreamObserver<T> caller, Supplier<T> handler) {
        T answer = handler.get();
        caller.onNext(answer);
        caller.onCompleted();
    }
}
