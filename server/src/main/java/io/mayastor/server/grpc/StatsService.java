package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.IoStats;
import io.mayastor.api.v1.ListStatsOption;
import io.mayastor.api.v1.NexusIoStatsResponse;
import io.mayastor.api.v1.PoolIoStatsResponse;
import io.mayastor.api.v1.ReplicaIoStats;
import io.mayastor.api.v1.ReplicaIoStatsResponse;
import io.mayastor.api.v1.StatsRpcGrpc.StatsRpcImplBase;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.server.pools.Pools;
import java.util.UUID;

/** {@code mayastor.v1.StatsRpc}: what was done with pools and replicas. A tick is a nanosecond. */
public final class StatsService extends StatsRpcImplBase {
    private static final long TICKS_PER_SECOND = 1_000_000_000L;

    private final Pools pools;

    public StatsService(Pools pools) {
        this.pools = pools;
    }

    @Override
    public void getPoolIoStats(
            ListStatsOption request, StreamObserver<PoolIoStatsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    PoolIoStatsResponse.Builder response = PoolIoStatsResponse.newBuilder();
                    Waiting.on(pools::list).stream()
                            .filter(each -> isWanted(request, each.name()))
                            .forEach(each ->
                                    response.addStats(
                                            message(
                                                    each.name(),
                                                    each.uuid(),
                                                    pools.poolFigures(each.name()))));
                    return response.build();
                });
    }

    @Override
    public void getReplicaIoStats(
            ListStatsOption request, StreamObserver<ReplicaIoStatsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ReplicaIoStatsResponse.Builder response = ReplicaIoStatsResponse.newBuilder();
                    Waiting.on(pools::replicas).stream()
                            .filter(each -> !each.isSnapshot() && isWanted(request, each.name()))
                            .forEach(each -> response.addStats(message(each)));
                    return response.build();
                });
    }

    /** This engine has no nexus, so none is known. */
    @Override
    public void getNexusIoStats(
            ListStatsOption request, StreamObserver<NexusIoStatsResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    if (request.hasName()) {
                        throw Status.NOT_FOUND
                                .withDescription("there is no nexus " + request.getName())
                                .asRuntimeException();
                    }
                    return NexusIoStatsResponse.getDefaultInstance();
                });
    }

    @Override
    public void resetIoStats(Empty request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(pools::resetFigures);
                    return Empty.getDefaultInstance();
                });
    }

    private static boolean isWanted(ListStatsOption request, String name) {
        return !request.hasName() || request.getName().equals(name);
    }

    private ReplicaIoStats message(ReplicaInfo replica) {
        ReplicaIoStats.Builder message =
                ReplicaIoStats.newBuilder()
                        .setStats(
                                message(
                                        replica.name(),
                                        replica.uuid(),
                                        pools.replicaFigures(replica.uuid())));
        replica.entityId().ifPresent(message::setEntityId);
        return message.build();
    }

    private static IoStats message(String name, UUID uuid, IoFigures figures) {
        return IoStats.newBuilder()
                .setName(name)
                .setUuid(uuid.toString())
                .setNumReadOps(figures.reads().operations())
                .setBytesRead(figures.reads().bytes())
                .setNumWriteOps(figures.writes().operations())
                .setBytesWritten(figures.writes().bytes())
                .setNumUnmapOps(figures.unmaps().operations())
                .setBytesUnmapped(figures.unmaps().bytes())
                .setReadLatencyTicks(figures.reads().sumNanos())
                .setWriteLatencyTicks(figures.writes().sumNanos())
                .setUnmapLatencyTicks(figures.unmaps().sumNanos())
                .setMaxReadLatencyTicks(figures.reads().mostNanos())
                .setMinReadLatencyTicks(figures.reads().leastNanos())
                .setMaxWriteLatencyTicks(figures.writes().mostNanos())
                .setMinWriteLatencyTicks(figures.writes().leastNanos())
                .setMaxUnmapLatencyTicks(figures.unmaps().mostNanos())
                .setMinUnmapLatencyTicks(figures.unmaps().leastNanos())
                .setTickRate(TICKS_PER_SECOND)
                .build();
    }
}
