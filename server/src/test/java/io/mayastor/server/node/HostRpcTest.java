package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.mayastor.api.v1.APIVersion;
import io.mayastor.api.v1.HostRpcGrpc;
import io.mayastor.api.v1.HostRpcGrpc.HostRpcBlockingStub;
import io.mayastor.api.v1.ListBlockDevicesRequest;
import io.mayastor.api.v1.MayastorInfoResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor.v1.HostRpc}, health and the metrics port of a whole node. */
class HostRpcTest {
    @TempDir private static Path directory;
    private static TestNode node;
    private static HostRpcBlockingStub host;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
        host = HostRpcGrpc.newBlockingStub(node.channel());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void theInfoNamesNodeVersionAndEndpoint() {
        MayastorInfoResponse info = host.getMayastorInfo(Empty.getDefaultInstance());

        assertEquals(Version.TEXT, info.getVersion());
        assertNotEquals("", info.getVersion());
        assertEquals("test-node", info.getRegistrationInfo().getId());
        assertEquals(node.endpoint(), info.getRegistrationInfo().getGrpcEndpoint());
        assertEquals(List.of(APIVersion.V1), info.getRegistrationInfo().getApiVersionList());
        assertEquals(
                "nqn.2019-05.io.openebs:node-name:test-node",
                info.getRegistrationInfo().getHostnqn().getValue());
    }

    @Test
    void theProcessHasUsedSomething() {
        var usage = host.getMayastorResourceUsage(Empty.getDefaultInstance()).getUsage();

        assertTrue(usage.getSoftFaults() > 0 && usage.getVolCsw() > 0, usage::toString);
    }

    @Test
    void availableDevicesAreAmongAllDevices() {
        var all = host.listBlockDevices(ListBlockDevicesRequest.newBuilder().setAll(true).build());
        var available = host.listBlockDevices(ListBlockDevicesRequest.getDefaultInstance());

        assertTrue(all.getDevicesList().containsAll(available.getDevicesList()));
    }

    @Test
    void theHealthServiceSaysServing() {
        assertEquals(
                ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(node.channel())
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus());
    }

    @Test
    void metricsAreTextWithAFamilyPerPart() throws Exception {
        String text = node.get("/metrics").body();

        for (String expected :
                List.of(
                        "# TYPE mayastor_reactor_turns_total counter",
                        "mayastor_ring_completed_total{reactor=\"0\"} ",
                        "mayastor_arena_resident_bytes{reactor=\"0\"} ",
                        "mayastor_target_connections{reactor=\"0\"} 0",
                        "mayastor_target_requested_bytes{reactor=\"0\"} 0",
                        "mayastor_target_requested_limit_bytes{reactor=\"0\"} ",
                        "mayastor_arena_limit_bytes{reactor=\"0\"} ",
                        "mayastor_target_connections_limit 4096",
                        "mayastor_target_subsystem_limit_bytes ",
                        "mayastor_target_paused_limit_bytes 1048576",
                        "mayastor_ring_feature{feature=\"registered_files\"} ",
                        "mayastor_build_info{",
                        "mayastor_reactors_frozen 0",
                        "process_resident_memory_bytes ")) {
            assertTrue(text.contains(expected), () -> expected + " is missing in\n" + text);
        }
    }

    @Test
    void aRunningNodeIsLiveAndReady() throws Exception {
        assertEquals(200, node.get("/livez").statusCode());
        assertEquals(200, node.get("/readyz").statusCode());
        assertEquals(404, node.get("/elsewhere").statusCode());
    }
}
