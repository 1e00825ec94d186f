package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.server.config.Setting;
import io.mayastor.server.pools.Wiper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is started with disks in {@code STORAGE_POOL}, and what it tells of them. */
class StoragePoolNodeTest {
    private static final String CARRIED = "somebody's data";

    @TempDir private Path directory;

    @Test
    void blankDisksBecomePoolsThatStayAndOthersAreLeftAlone() throws Exception {
        Path blank = disk("blank.img");
        Path used = disk("used.img");
        try (RandomAccessFile carrying = new RandomAccessFile(used.toFile(), "rw")) {
            carrying.write(CARRIED.getBytes(StandardCharsets.UTF_8));
        }
        Path last = disk("last.img");
        String disks = used + "," + blank + ",mine=" + last;

        List<PoolInfo> made = poolsAfterStart(disks);

        assertEquals(List.of("pool-blank.img", "mine"), made.stream().map(PoolInfo::name).toList());
        assertEquals(
                made.stream().map(PoolInfo::uuid).toList(),
                poolsAfterStart(disks).stream().map(PoolInfo::uuid).toList());
        assertTrue(Files.readString(used, StandardCharsets.UTF_8).startsWith(CARRIED));
    }

    private List<PoolInfo> poolsAfterStart(String disks) throws Exception {
        Node node = Node.start(TestNode.config(directory, Map.of(Setting.STORAGE_POOL, disks)));
        try {
            String figures = metrics(node);
            assertTrue(figures.contains("\nmayastor_storage_pool_failures 1.0\n"), figures);
            assertTrue(
                    figures.contains("diskpool_status{name=\"mine\",node=\"test-node\"} 1.0"),
                    figures);
            return node.pools().list();
        } finally {
            assertTrue(node.stop(TimeUnit.SECONDS.toNanos(20)));
        }
    }

    @Test
    void whatIsDoneWithAReplicaIsCountedAndTimed() throws Exception {
        String disks = "p0=" + disk("a.img");
        Node node = Node.start(TestNode.config(directory, Map.of(Setting.STORAGE_POOL, disks)));
        try {
            UUID uuid = UUID.randomUUID();
            ReplicaSpec spec = new ReplicaSpec("p0", "r0", uuid, 8 << 20, true, Optional.of("v0"));
            long size = node.pools().createReplica(spec).sizeBytes();
            Wiper.Method pattern = Wiper.Method.WRITE_PATTERN;
            try (Wiper wiper = new Wiper(node.pools().device(uuid), pattern, 1, () -> false)) {
                assertTrue(wiper.wipe(0, size));
            }

            String figures = metrics(node);

            assertTrue(figures.contains("replica_bytes_written{name=\"r0\""), figures);
            assertTrue(figures.contains("diskpool_num_write_ops{name=\"p0\""), figures);
            assertTrue(
                    figures.contains(
                            "mayastor_device_latency_seconds_count{device=\"r0\",operation="
                                    + "\"write\"} 8\n"),
                    figures);
        } finally {
            assertTrue(node.stop(TimeUnit.SECONDS.toNanos(20)));
        }
    }

    private static String metrics(Node node) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri =
                    URI.create("http://127.0.0.1:" + node.metricsAddress().getPort() + "/metrics");
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private Path disk(String name) throws IOException {
        Path file = directory.resolve(name);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(128 << 20);
        }
        return file;
    }
}
