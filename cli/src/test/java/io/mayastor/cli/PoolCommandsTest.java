package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.IoFigures.Line;
import io.mayastor.server.grpc.PoolServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verbs of pools, replicas and snapshots, against the services on pools without disks. */
class PoolCommandsTest {
    private static final String UUID = "1a2b3c4d-0000-4000-8000-00000000002a";
    private static final String REPLICA = "1a2b3c4d-0000-4000-8000-00000000002b";

    private PoolServer server;

    @BeforeEach
    void start() throws Exception {
        server = new PoolServer();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aPoolIsShownWithTheHeadersThatPeopleKnow() {
        assertEquals("No pools.\n", run("pool", "list"));
        assertEquals(UUID + "\n", run("pool", "create", "p0", "/dev/a", "/dev/b", "-u", UUID));

        assertEquals(
                """
                NAME UUID STATE CAPACITY USED USED% CLUSTER_SIZE PAGE_SIZE MD_PAGE_SIZE MD_PAGES \
                MD_USED_PAGES MD_USED% DISKS DISK_CAPACITY
                p0 1a2b3c4d-0000-4000-8000-00000000002a online 2 GiB 8 MiB 0% 4 MiB 4 KiB 4 KiB \
                1024 10 1% /dev/a,/dev/b 2 GiB
                """,
                squeezed(run("pool", "list", "p0")));
        assertTrue(run("pool", "list", "-o", "json").contains("\"capacity\": \"2147483648\""));
    }

    @Test
    void aPoolGrowsGetsADiskLeavesAndComesBack() {
        run("pool", "create", "p0", "/dev/a", "--cluster-size", "8MiB");

        assertEquals("pool p0 has 2 GiB, before 1 GiB\n", run("pool", "grow", "p0"));
        assertEquals("pool p0 has 3 GiB now\n", run("pool", "add-disk", "p0", "/dev/b"));
        assertTrue(run("pool", "clear-errors", "p0", "/dev/b").startsWith("NAME"));
        assertTrue(squeezed(run("pool", "details", "p0")).contains("checkpoints 6\n"));
        assertEquals("pool p0 exported\n", run("pool", "export", "p0"));
        String uuid = run("pool", "import", "p0", "/dev/a");
        run("pool", "export", "p0");
        assertEquals(uuid, run("pool", "import", "p0", "/dev/b", "--degraded"));
        assertEquals("pool p0 destroyed\n", run("pool", "destroy", "p0", "-u", uuid.strip()));
    }

    @Test
    void aReplicaIsMadeSharedResizedAndDestroyedByItsName() {
        run("pool", "create", "p0", "/dev/a");

        assertEquals(
                REPLICA + "\n",
                run("replica", "create", "r0", "10MiB", "-p", "p0", "-u", REPLICA, "--thin"));
        assertEquals("nvmf+tcp://host/r0?uuid=" + REPLICA + "\n", run("replica", "share", "r0"));
        assertEquals("replica r0 has 1 GiB\n", run("replica", "resize", "r0", "1GiB"));
        assertEquals("replica r0 belongs to v1\n", run("replica", "set-entity-id", REPLICA, "v1"));
        assertEquals(
                """
                POOL NAME UUID THIN SHARE SIZE CAP ALLOC URI IS_SNAPSHOT IS_CLONE \
                SNAP_ANCESTOR_SIZE CLONE_SNAP_ANCESTOR_SIZE
                p0 r0 1a2b3c4d-0000-4000-8000-00000000002b yes nvmf 1 GiB 10 MiB 4 MiB \
                nvmf+tcp://host/r0?uuid=1a2b3c4d-0000-4000-8000-00000000002b no no 0 B -
                """,
                squeezed(run("replica", "list")));
        assertEquals("replica r0 is not shared any more\n", run("replica", "unshare", "r0"));
        server.pools().pendingDeletion = 3;
        assertEquals("replica r0 destroyed\n", run("replica", "destroy", "r0", "--wait"));
        assertEquals(0, server.pools().pendingDeletion);
        assertEquals("No replicas.\n", run("replica", "list"));
    }

    @Test
    void aSnapshotIsTakenClonedAndDestroyed() {
        run("pool", "create", "p0", "/dev/a");
        run("replica", "create", "r0", "8MiB", "-p", "p0", "-u", REPLICA);

        assertEquals(UUID + "\n", run("snapshot", "create", "r0", "s0", "-u", UUID));
        assertTrue(
                squeezed(run("snapshot", "list", "r0"))
                        .contains(
                                "p0 s0 %s %s 8 MiB 4 MiB 0 B 0 no 2026-01-02T03:04:05Z %s "
                                        .formatted(UUID, REPLICA, REPLICA)));
        String clone = run("snapshot", "clone", "s0", "c0").strip();
        assertTrue(run("snapshot", "clones", "s0").contains(clone));
        assertTrue(run("replica", "list", "c0").contains(clone));
        assertEquals("snapshot s0 destroyed\n", run("snapshot", "destroy", "s0", "--wait"));
        assertTrue(squeezed(run("snapshot", "list")).contains(" 1 yes "), "it has a clone");
        run("replica", "destroy", "c0");
        assertEquals("No snapshots.\n", run("snapshot", "list"));
    }

    @Test
    void figuresAreShownAndBeginAnew() {
        run("pool", "create", "p0", "/dev/a");
        server.pools()
                .figures
                .put("p0", new IoFigures(new Line(2, 8192, 100_000, 1, 1), Line.NONE, Line.NONE));

        assertEquals(
                """
                NAME READS READ READ_TIME WRITES WRITTEN WRITE_TIME UNMAPS UNMAPPED UNMAP_TIME
                p0 2 8 KiB 50 us 0 0 B - 0 0 B -
                """,
                squeezed(run("pool", "stats", "p0", "--reset")));
        assertTrue(squeezed(run("pool", "stats")).contains("p0 0 0 B - "));
        assertEquals("No replicas.\n", run("replica", "stats"));
    }

    @Test
    void whatIsWrongIsSaidInOneLine() {
        assertEquals(
                "mayastor: there is no pool p9 (not found)\n", failed(1, "pool", "list", "p9"));
        assertEquals(
                "mayastor: there is no replica r9 (not found)\n",
                failed(1, "replica", "resize", "r9", "1GiB"));
        assertEquals(
                "mayastor: there is no snapshot s9 (not found)\n",
                failed(1, "snapshot", "destroy", "s9"));
        assertEquals(
                "mayastor: pooluuid: there is no pool p9 (failed precondition)\n",
                failed(1, "replica", "create", "r0", "1GiB", "-p", "p9"));
        assertEquals(
                "mayastor: --cluster-size must be whole MiB, at most 1GiB\n",
                failed(2, "pool", "create", "p0", "/dev/a", "--cluster-size", "4GiB"));
        assertTrue(
                failed(2, "replica", "create", "r0", "big", "-p", "p0")
                        .contains("'big' is no size"));
    }

    private String failed(int exitCode, String... arguments) {
        Shell shell = Shell.run(withEndpoint(arguments));
        assertEquals(exitCode, shell.exitCode());
        return shell.err();
    }

    private String run(String... arguments) {
        return Shell.outputOf(withEndpoint(arguments));
    }

    private String[] withEndpoint(String... arguments) {
        return Stream.concat(Stream.of("-b", server.endpoint()), Stream.of(arguments))
                .toArray(String[]::new);
    }

    private static String squeezed(String table) {
        return table.replaceAll(" +", " ");
    }
}
