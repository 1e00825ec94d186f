package io.mayastor.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.IoFigures.Line;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.server.pools.FakePools;
import io.mayastor.server.pools.StoragePools;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of pools as a scrape shows them. */
class PoolMetricsTest {
    private static final UUID R1 = UUID.fromString("1a2b3c4d-0000-4000-8000-000000000001");
    private static final UUID R2 = UUID.fromString("1a2b3c4d-0000-4000-8000-000000000002");

    private final FakePools pools = new FakePools();

    @BeforeEach
    void makePool() {
        PoolSpec pool = new PoolSpec("p0", Optional.empty(), List.of("/dev/a"), 0, false);
        assertEquals("p0", pools.create(pool).name());
        ReplicaSpec ofVolume = new ReplicaSpec("p0", "r1", R1, 1 << 22, true, Optional.of("v1"));
        ReplicaSpec ofNobody = new ReplicaSpec("p0", "r2", R2, 1 << 22, true, Optional.empty());
        assertEquals(R1, pools.createReplica(ofVolume).uuid());
        assertEquals(R2, pools.createReplica(ofNobody).uuid());
        IoFigures figures =
                new IoFigures(
                        new Line(3, 4096, 5_000, 1_000, 3_000),
                        new Line(1, 512, 7_000, 7_000, 7_000),
                        Line.NONE);
        pools.figures.put(R1, figures);
        pools.figures.put("p0", figures.plus(figures));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diskpool_total_size_bytes{name=\"p0\",node=\"n1\"} 1.073741824E9",
                "diskpool_used_size_bytes{name=\"p0\",node=\"n1\"} 8388608.0",
                "diskpool_committed_size_bytes{name=\"p0\",node=\"n1\"} 1.6777216E7",
                "diskpool_status{name=\"p0\",node=\"n1\"} 1.0",
                "diskpool_num_read_ops{name=\"p0\",node=\"n1\"} 6.0",
                "diskpool_bytes_read{name=\"p0\",node=\"n1\"} 8192.0",
                "diskpool_num_write_ops{name=\"p0\",node=\"n1\"} 2.0",
                "diskpool_bytes_written{name=\"p0\",node=\"n1\"} 1024.0",
                "diskpool_read_latency_us{name=\"p0\",node=\"n1\"} 10.0",
                "diskpool_write_latency_us{name=\"p0\",node=\"n1\"} 14.0",
                "replica_num_read_ops{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 3.0",
                "replica_bytes_read{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 4096.0",
                "replica_num_write_ops{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 1.0",
                "replica_bytes_written{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 512.0",
                "replica_read_latency_us{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 5.0",
                "replica_write_latency_us{name=\"r1\",node=\"n1\",pv_name=\"pvc-v1\"} 7.0",
                "mayastor_pool_journal_blocks_total{pool=\"p0\"} 1.0",
                "mayastor_pool_checkpoints_total{pool=\"p0\"} 6.0",
                "mayastor_pool_records_not_durable{pool=\"p0\"} 1.0",
                "mayastor_pool_disk_io_errors_total{disk=\"/dev/a\",pool=\"p0\"} 0.0",
                "mayastor_storage_pool_failures 0.0"
            })
    void aFigureHasItsNameAndLabels(String line) throws IOException {
        assertEquals(List.of(line), page().lines().filter(line::equals).toList(), page());
    }

    @Test
    void aReplicaOfNoVolumeIsLeftOut() throws IOException {
        assertFalse(page().contains("name=\"r2\""));
    }

    private String page() throws IOException {
        Families families = new Families();
        new PoolMetrics("n1", pools, new StoragePools(pools)).addTo(families);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, families.build());
        return text.toString(StandardCharsets.UTF_8);
    }
}
