package io.mayastor.server.grpc;

import com.google.protobuf.Duration;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.WipeReplicaRequest;
import io.mayastor.api.v1.WipeReplicaResponse;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.server.pools.Pools;
import io.mayastor.server.pools.Wiper;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One wipe of a replica: tells its caller at the start and after each chunk. */
final class WipeCall {
    private final String uuid;
    private final WipePlan plan;
    private final BlockDevice device;
    private final StreamObserver<WipeReplicaResponse> caller;
    private final long startNanos = System.nanoTime();

    private WipeCall(
            String uuid,
            WipePlan plan,
            BlockDevice device,
            StreamObserver<WipeReplicaResponse> caller) {
        this.uuid = uuid;
        this.plan = plan;
        this.device = device;
        this.caller = caller;
    }

    static void run(
            Pools pools, WipeReplicaRequest request, StreamObserver<WipeReplicaResponse> caller) {
        Optional<PoolInfo> pool = PoolOfRequest.of(request).existing(new PoolLookup(pools));
        ReplicaInfo replica = new ReplicaLookup(pools).replica(request.getUuid());
        PoolOfRequest.requireIn(
                pool, "replica " + replica.name(), replica.poolUuid(), replica.poolName());
        BlockDevice device = pools.device(replica.uuid());
        WipePlan plan = WipePlan.of(request.getWipeOptions(), device);
        new WipeCall(request.getUuid(), plan, device, caller).run();
    }

    private void run() {
        Context context = Context.current();
        try (Wiper wiper = new Wiper(device, plan.method(), plan.pattern(), context::isCancelled)) {
            tell(0, wiper);
            for (long chunk = 1; chunk <= plan.chunks(); chunk++) {
                long start = plan.end(chunk - 1);
                if (!wiper.wipe(start, plan.end(chunk) - start)) {
                    throw Status.ABORTED
                            .withDescription("the caller has gone; wiped up to byte " + start)
                            .asRuntimeException();
                }
                if (chunk == plan.chunks()) {
                    wiper.flush();
                }
                tell(chunk, wiper);
            }
        }
        caller.onCompleted();
    }

    private void tell(long chunksDone, Wiper wiper) {
        long done = plan.end(chunksDone);
        WipeReplicaResponse.Builder progress =
                WipeReplicaResponse.newBuilder()
                        .setUuid(uuid)
                        .setTotalBytes(plan.totalBytes())
                        .setChunkSize(plan.chunkBytes())
                        .setLastChunkSize(plan.lastChunkBytes())
                        .setTotalChunks(plan.chunks())
                        .setWipedBytes(done)
                        .setWipedChunks(chunksDone)
                        .setRemainingBytes(plan.totalBytes() - done)
                        .setSince(since());
        if (plan.method() == Wiper.Method.CHECKSUM) {
            progress.setCrc32(wiper.checksum());
        }
        caller.onNext(progress.build());
    }

    private Duration since() {
        long nanos = System.nanoTime() - startNanos;
        long second = TimeUnit.SECONDS.toNanos(1);
        return Duration.newBuilder()
                .setSeconds(nanos / second)
                .setNanos((int) (nanos % second))
                .build();
    }
}
