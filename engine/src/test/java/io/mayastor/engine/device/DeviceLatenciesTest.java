package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.reactor.LatencyHistogram;
import io.mayastor.engine.sim.DiskProfile;
import io.mayastor.engine.sim.SimulatedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceLatenciesTest {
    private final DeviceFixture fixture =
            new DeviceFixture(SimulatedHost.with(SimulatedDisk.file(1 << 20)));
    private final BlockDevice device =
            fixture.open("faulty+uring://" + SimulatedHost.PATH + "?blk_size=4096");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRequestTookAsLongAsItsDisk() {
        fixture.read(device, 0, 1);
        fixture.flush(device);

        assertTookAtLeast(DiskProfile.DEFAULT.readNanos(), Operation.READ);
        assertTookAtLeast(DiskProfile.DEFAULT.flushNanos(), Operation.FLUSH);
        assertTrue(latency(Operation.WRITE).isEmpty());
    }

    @Test
    void theReactorsSleepBeforeARequestIsNotPartOfIt() {
        fixture.read(device, 0, 1);
        long afterOne = latency(Operation.READ).sumNanos();
        long idleNanos = 1_000_000_000;

        fixture.reactor.turn(idleNanos);
        fixture.read(device, 0, 1);

        assertTrue(latency(Operation.READ).sumNanos() - afterOne < idleNanos);
    }

    private LatencyHistogram latency(Operation operation) {
        return device.latencies().orElseThrow().of(operation);
    }

    private void assertTookAtLeast(long nanos, Operation operation) {
        long counted = 0;
        for (int bucket = 0; bucket < LatencyHistogram.BUCKETS; bucket++) {
            counted += latency(operation).count(bucket);
        }
        assertEquals(1, counted);
        long took = latency(operation).sumNanos();
        assertTrue(took >= nanos, operation + " took " + took + " ns");
    }
}
