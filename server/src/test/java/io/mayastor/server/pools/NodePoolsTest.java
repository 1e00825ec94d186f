package io.mayastor.server.pools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolGrowth;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.PoolState;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.SnapshotSpec;
import io.mayastor.server.node.TestNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePoolsTest {
    private static final long MIB = 1 << 20;

    @TempDir private Path directory;
    private TestNode node;
    private Pools pools;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(directory);
        pools = node.node().pools();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void restart() throws Exception {
        node.close();
        start();
    }

    private Path disk(String name, long mib) throws IOException {
        Path file = directory.resolve(name);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(mib * MIB);
        }
        return file;
    }

    private static PoolSpec spec(String name, Path... disks) {
        List<String> uris = Arrays.stream(disks).map(Path::toString).toList();
        return new PoolSpec(name, Optional.empty(), uris, (int) MIB, false);
    }

    private ReplicaInfo replica(String pool, String name, long mib) {
        return pools.createReplica(
                new ReplicaSpec(
                        pool, name, UUID.randomUUID(), mib * MIB, true, Optional.of("entity")));
    }

    private DeviceAccess access(UUID uuid) {
        return new DeviceAccess(pools.device(uuid));
    }

    private static byte[] filled(int length, int with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private static Kind kindOf(Runnable refused) {
        return assertThrows(PoolException.class, refused::run).kind();
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws Exception {
        Path disk = disk("d", 64);
        PoolInfo made = pools.create(spec("p", disk));
        assertEquals(PoolState.ONLINE, made.state(), made.reason());
        assertEquals(0, made.usedBytes());
        UUID uuid = replica("p", "r", 8).uuid();
        assertEquals(Status.SUCCESS, access(uuid).write(MIB, 8192, 7));
        pools.share(uuid, Set.of());
        restart();
        PoolInfo again = pools.open(spec("p", disk));
        assertEquals(made.uuid(), again.uuid());
        assertEquals(MIB, again.usedBytes());
        assertArrayEquals(filled(8192, 7), access(uuid).read(MIB, 8192));
        assertArrayEquals(filled(4096, 0), access(uuid).read(MIB + 8192, 4096));
        assertTrue(node.node().shares().isShared("r"), "it was shared and is again");
    }

    @Test
    void aSnapshotKeepsWhatACloneReads() throws Exception {
        Path disk = disk("d", 64);
        pools.create(spec("p", disk));
        UUID uuid = replica("p", "r", 8).uuid();
        access(uuid).write(0, 65536, 1);
        UUID snapshot = UUID.randomUUID();
        SnapshotInfo taken =
                pools.createSnapshot(new SnapshotSpec(uuid, snapshot, "s", "entity", "txn"));
        assertTrue(taken.holdNanos().isPresent());
        access(uuid).write(4096, 4096, 2);
        UUID clone = UUID.randomUUID();
        pools.createClone(snapshot, clone, "c");
        assertArrayEquals(filled(65536, 1), access(clone).read(0, 65536));
        assertArrayEquals(filled(4096, 2), access(uuid).read(4096, 4096));
        assertEquals(Status.NAMESPACE_WRITE_PROTECTED, access(snapshot).write(0, 4096, 3));
        pools.destroySnapshot(snapshot);
        assertTrue(pools.snapshots().getFirst().discarded(), "a clone needs it");
        restart();
        pools.open(spec("p", disk));
        assertArrayEquals(filled(65536, 1), access(clone).read(0, 65536));
        pools.destroyReplica(clone);
        assertEquals(List.of(), pools.snapshots(), "the last clone took it along");
        while (pools.pendingDeletionBytes("p") > 0) {
            Thread.onSpinWait();
        }
        assertArrayEquals(filled(4096, 1), access(uuid).read(0, 4096));
        assertArrayEquals(filled(4096, 2), access(uuid).read(4096, 4096));
        assertArrayEquals(filled(4096, 1), access(uuid).read(8192, 4096));
    }

    @Test
    void aDiskThatIsNotBlankIsRefusedAndNamed() throws Exception {
        Path disk = disk("d", 64);
        Files.write(disk, "XFSB".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        PoolException refused =
                assertThrows(PoolException.class, () -> pools.create(spec("p", disk)));
        assertEquals(Kind.DISK_IN_USE, refused.kind());
        assertTrue(refused.getMessage().contains("XFS"), refused.getMessage());
        assertTrue(refused.getMessage().contains("wipe=yes"), refused.getMessage());
        pools.create(new PoolSpec("p", Optional.empty(), List.of(disk + "?wipe=yes"), 0, false));
        assertEquals(1, pools.list().size());
    }

    @Test
    void namesDisksAndSizesAreChecked() throws Exception {
        Path disk = disk("d", 64);
        Path tiny = disk("tiny", 2);
        Path other = disk("e", 64);
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("", disk))));
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("p"))));
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("p", disk, disk))));
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("p", directory.resolve("no")))));
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("p", tiny))));
        pools.create(spec("p", disk));
        assertEquals(Kind.ALREADY_EXISTS, kindOf(() -> pools.create(spec("p", disk))));
        assertEquals(Kind.INVALID, kindOf(() -> pools.create(spec("p", other))));
        assertEquals(Kind.DISK_IN_USE, kindOf(() -> pools.create(spec("q", disk))));
        assertEquals(Kind.INVALID, kindOf(() -> replica("p", "r", 1024)));
        assertEquals(Kind.POOL_NOT_FOUND, kindOf(() -> replica("q", "r", 1)));
        UUID uuid = replica("p", "r", 1).uuid();
        assertEquals(Kind.ALREADY_EXISTS, kindOf(() -> replica("p", "r", 1)));
        assertEquals(
                Kind.ALREADY_EXISTS,
                kindOf(() ->
                        pools.createReplica(
                                new ReplicaSpec("p", "s", uuid, MIB, true, Optional.empty()))));
        assertEquals(Kind.REPLICA_NOT_FOUND, kindOf(() -> pools.destroyReplica(UUID.randomUUID())));
    }

    @Test
    void aDestroyedPoolLeavesBlankDisks() throws Exception {
        Path disk = disk("d", 64);
        pools.create(spec("p", disk));
        replica("p", "r", 4);
        pools.destroy("p");
        assertEquals(List.of(), pools.list());
        assertEquals(List.of(), node.node().devices().list());
        assertEquals(Kind.INVALID, kindOf(() -> pools.open(spec("p", disk))));
        pools.create(spec("other", disk));
    }

    @Test
    void aPoolWithAReplicaInUseIsNotClosedAndStaysShared() throws Exception {
        Path disk = disk("d", 64);
        pools.create(spec("p", disk));
        UUID uuid = replica("p", "r", 4).uuid();
        replica("p", "s", 4);
        pools.share(uuid, Set.of());
        node.node().devices().claim("s", "nexus n");
        assertEquals(Kind.PRECONDITION, kindOf(() -> pools.export("p")));
        assertEquals(Kind.PRECONDITION, kindOf(() -> pools.destroy("p")));
        assertTrue(node.node().shares().isShared("r"));
        assertEquals(2, pools.replicas().size());
        node.node().devices().release("s", "nexus n");
        pools.export("p");
        assertTrue(!node.node().shares().isShared("r"), "an exported pool shares nothing");
    }

    @Test
    void aPoolGrowsWithItsDiskAndByAnotherOne() throws Exception {
        Path disk = disk("d", 64);
        pools.create(spec("p", disk));
        UUID uuid = replica("p", "r", 8).uuid();
        access(uuid).write(0, 4096, 5);
        disk("d", 128);
        PoolGrowth growth = pools.grow("p");
        assertEquals(64 * MIB, growth.after().capacityBytes() - growth.before().capacityBytes());
        Path other = disk("e", 64);
        PoolInfo wider = pools.addDisk("p", other.toString());
        assertEquals(2, wider.disks().size());
        assertTrue(wider.capacityBytes() > growth.after().capacityBytes());
        pools.export("p");
        assertEquals(Kind.INVALID, kindOf(() -> pools.open(spec("p", disk))), "a disk is missing");
        PoolSpec degraded = new PoolSpec("p", Optional.empty(), List.of(disk.toString()), 0, true);
        assertEquals(Kind.PRECONDITION, kindOf(() -> pools.open(degraded)));
        pools.open(spec("p", other, disk));
        assertArrayEquals(filled(4096, 5), access(uuid).read(0, 4096));
        assertEquals(wider.capacityBytes(), pools.list().getFirst().capacityBytes());
    }

    @Test
    void aFullPoolRefusesWritesAndGivesSpaceBack() throws Exception {
        PoolInfo made = pools.create(spec("p", disk("d", 32)));
        int mib = (int) (made.capacityBytes() / MIB) - 2;
        UUID one = replica("p", "r", mib).uuid();
        UUID other = replica("p", "t", mib).uuid();
        for (int at = 0; at < mib / 2; at++) {
            assertEquals(Status.SUCCESS, access(one).write(at * MIB, (int) MIB, 1));
        }
        int refused = 0;
        while (access(other).write(refused * MIB, (int) MIB, 2) == Status.SUCCESS) {
            refused++;
        }
        assertEquals(Status.CAPACITY_EXCEEDED, access(other).write(refused * MIB, (int) MIB, 2));
        PoolInfo full = pools.list().getFirst();
        assertTrue(
                full.capacityBytes() - full.usedBytes() < MIB,
                full.usedBytes() + " of " + full.capacityBytes());
        assertEquals(Status.SUCCESS, access(one).deallocate(0, 4 * MIB));
        assertEquals(Status.SUCCESS, access(other).write(refused * MIB, (int) MIB, 3));
        assertArrayEquals(filled(4096, 0), access(one).read(0, 4096));
        assertArrayEquals(filled(4096, 3), access(other).read(refused * MIB, 4096));
        assertEquals(PoolState.ONLINE, pools.list().getFirst().state());
    }
}
