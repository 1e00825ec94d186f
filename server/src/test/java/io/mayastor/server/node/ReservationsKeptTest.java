package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.engine.initiator.RemoteReservations;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host's reservation of a plain device outlives the engine. */
class ReservationsKeptTest {
    private static final long KEY = 0x1234_5678_9abc_def0L;

    @TempDir private Path directory;

    @Test
    void aReservationIsThereAfterARestart() throws Exception {
        try (TestNode engine = newEngine();
                TestNode host = new TestNode(directory.resolve("host"))) {
            RemoteReservations reservations = connect(engine, host);
            reservations.register(KEY).get(10, TimeUnit.SECONDS);
            reservations.acquire(KEY, ReservationType.WRITE_EXCLUSIVE).get(10, TimeUnit.SECONDS);
        }

        try (TestNode engine = newEngine();
                TestNode host = new TestNode(directory.resolve("host"))) {
            ReservationReport report = connect(engine, host).report().get(10, TimeUnit.SECONDS);

            assertEquals(Optional.of(ReservationType.WRITE_EXCLUSIVE), report.type());
            assertEquals(1, report.registrants().size());
            assertEquals(KEY, report.registrants().getFirst().key());
        }
    }

    private TestNode newEngine() throws Exception {
        return new TestNode(directory.resolve("engine"));
    }

    /** Shares a file of the engine and opens it on the host. */
    private RemoteReservations connect(TestNode engine, TestNode host) throws Exception {
        BlockDevice disk =
                engine.node()
                        .devices()
                        .create("aio://" + file() + "?blk_size=4096")
                        .get(10, TimeUnit.SECONDS);
        engine.node().shares().share(disk.name(), Set.of()).get(10, TimeUnit.SECONDS);
        RemoteDevice remote =
                (RemoteDevice)
                        host.node()
                                .devices()
                                .create(engine.node().shares().uri(disk))
                                .get(10, TimeUnit.SECONDS);
        return new RemoteReservations(remote.controller(), remote.namespaceId());
    }

    private Path file() throws IOException {
        Path file = directory.resolve("disk.img");
        if (Files.notExists(file)) {
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(4 << 20);
            }
        }
        return file;
    }
}
