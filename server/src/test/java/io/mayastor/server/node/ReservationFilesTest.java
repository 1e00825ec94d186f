package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.engine.initiator.RemoteReservations;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node reserves the device of another, which restarts. */
class ReservationFilesTest {
    private static final String UUID = "1a2b3c4d-0000-4000-8000-00000000002a";
    private static final String M0 = "malloc:///m0?size_mb=8&blk_size=4096&uuid=" + UUID;
    private static final long KEY = 0x1234;

    @TempDir private Path directory;
    private RemoteDevice remote;

    private TestNode owner() throws Exception {
        return new TestNode(directory.resolve("owner"));
    }

    private Path file() {
        return directory.resolve("owner/state/ptpl").resolve(UUID + ".reservations");
    }

    private static <T> T wait(CompletableFuture<T> call) throws Exception {
        return call.get(20, TimeUnit.SECONDS);
    }

    private RemoteReservations connect(TestNode owner, TestNode user) throws Exception {
        BlockDevice device = wait(owner.node().devices().create(M0));
        wait(owner.node().shares().share("m0", Set.of()));
        String uri = owner.node().shares().uri(device);
        remote = (RemoteDevice) wait(user.node().devices().create(uri));
        return new RemoteReservations(
                remote.controller(), remote.namespaceId(), RemoteReservations.Persistence.KEPT);
    }

    @Test
    void aReservationOutlivesTheNodeThatServesTheDevice() throws Exception {
        try (TestNode user = new TestNode(directory.resolve("user"))) {
            try (TestNode owner = owner()) {
                RemoteReservations reservations = connect(owner, user);
                wait(reservations.register(KEY));
                wait(reservations.acquire(KEY, ReservationType.EXCLUSIVE_ACCESS));
                assertTrue(Files.exists(file()), "no " + file());
                wait(user.node().devices().destroy(remote.name()));
            }
            try (TestNode owner = owner()) {
                RemoteReservations reservations = connect(owner, user);
                ReservationReport report = wait(reservations.report());
                assertTrue(report.persists());
                assertEquals(Optional.of(ReservationType.EXCLUSIVE_ACCESS), report.type());
                assertEquals(KEY, report.registrants().getFirst().key());
                assertTrue(report.registrants().getFirst().holder());
                wait(reservations.clear(KEY, ReservationType.EXCLUSIVE_ACCESS));
            }
        }
    }

    @Test
    void aDamagedFileKeepsTheDeviceFromBeingSharedAndIsNamed() throws Exception {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "mayastor reservations 1\n");
        try (TestNode owner = owner()) {
            wait(owner.node().devices().create(M0));
            ExecutionException refused =
                    assertThrows(
                            ExecutionException.class,
                            () -> wait(owner.node().shares().share("m0", Set.of())));
            assertTrue(refused.getMessage().contains(file().toString()), refused.getMessage());
            wait(owner.node().shares().destroy(M0));
        }
    }
}
