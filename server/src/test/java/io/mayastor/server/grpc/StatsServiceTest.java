package io.mayastor.server.grpc;

import static io.mayastor.server.grpc.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.mayastor.api.v1.IoStats;
import io.mayastor.api.v1.ListStatsOption;
import io.mayastor.api.v1.ReplicaIoStats;
import io.mayastor.api.v1.StatsRpcGrpc;
import io.mayastor.api.v1.StatsRpcGrpc.StatsRpcBlockingStub;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.IoFigures.Line;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code mayastor.v1.StatsRpc} over a real connection. */
class StatsServiceTest {
    private static final UUID R1 = UUID.fromString("1a2b3c4d-0000-4000-8000-000000000001");
    private static final IoFigures SOME =
            new IoFigures(
                    new Line(1, 512, 100, 100, 100),
                    new Line(2, 1024, 500, 200, 300),
                    new Line(3, 4096, 60, 10, 30));

    private PoolServer server;
    private StatsRpcBlockingStub stats;

    @BeforeEach
    void start() throws Exception {
        server = new PoolServer();
        stats = StatsRpcGrpc.newBlockingStub(server.channel());
        PoolSpec pool = new PoolSpec("p0", Optional.empty(), List.of("/dev/disk0"), 0, false);
        assertEquals("p0", server.pools().create(pool).name());
        ReplicaSpec replica = new ReplicaSpec("p0", "r1", R1, 1 << 20, true, Optional.of("e1"));
        assertEquals("r1", server.pools().createReplica(replica).name());
        server.pools().figures.put("p0", SOME.plus(SOME));
        server.pools().figures.put(R1, SOME);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void figuresOfAReplicaAreThoseOfTheContract() {
        ReplicaIoStats replica = replicas("r1").getFirst();

        assertEquals("e1", replica.getEntityId());
        IoStats io = replica.getStats();
        assertEquals("r1", io.getName());
        assertEquals(R1.toString(), io.getUuid());
        assertEquals(1, io.getNumReadOps());
        assertEquals(512, io.getBytesRead());
        assertEquals(2, io.getNumWriteOps());
        assertEquals(1024, io.getBytesWritten());
        assertEquals(3, io.getNumUnmapOps());
        assertEquals(4096, io.getBytesUnmapped());
        assertEquals(500, io.getWriteLatencyTicks());
        assertEquals(300, io.getMaxWriteLatencyTicks());
        assertEquals(200, io.getMinWriteLatencyTicks());
        assertEquals(10, io.getMinUnmapLatencyTicks());
        assertEquals(1_000_000_000, io.getTickRate());
        assertEquals(List.of(), replicas("r2"));
    }

    @Test
    void figuresOfAPoolAddUp() {
        IoStats pool = pools("p0").getFirst();

        assertEquals(2, pool.getNumReadOps());
        assertEquals(1000, pool.getWriteLatencyTicks());
        assertEquals(200, pool.getMinWriteLatencyTicks());
        assertEquals(List.of(), pools("p1"));
        assertEquals(1, stats.getPoolIoStats(ListStatsOption.getDefaultInstance()).getStatsCount());
    }

    @Test
    void figuresBeginAnew() {
        assertEquals(Empty.getDefaultInstance(), stats.resetIoStats(Empty.getDefaultInstance()));

        assertEquals(0, pools("p0").getFirst().getNumReadOps());
        assertEquals(0, replicas("r1").getFirst().getStats().getNumReadOps());
    }

    @Test
    void noNexusIsKnown() {
        assertEquals(
                0, stats.getNexusIoStats(ListStatsOption.getDefaultInstance()).getStatsCount());
        refused(
                Code.NOT_FOUND,
                () ->
                        stats.getNexusIoStats(ListStatsOption.newBuilder().setName("n1").build())
                                .getStatsCount());
    }

    private List<IoStats> pools(String name) {
        return stats.getPoolIoStats(ListStatsOption.newBuilder().setName(name).build())
                .getStatsList();
    }

    private List<ReplicaIoStats> replicas(String name) {
        return stats.getReplicaIoStats(ListStatsOption.newBuilder().setName(name).build())
                .getStatsList();
    }
}
