package io.mayastor.server.pools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.server.config.PoolDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The pools that the settings name. */
class StoragePoolsTest {
    private final FakePools pools = new FakePools();
    private final StoragePools storage = new StoragePools(pools);

    @Test
    void eachDiskBecomesAPool() {
        storage.open(List.of(entry("pool-a", "/dev/a"), entry("fast", "/dev/b")));

        assertEquals("pool-a fast", names());
        assertEquals(0, storage.failures());
    }

    @Test
    void oneThatCanNotBeHadDoesNotStopTheOthers() {
        PoolSpec other = new PoolSpec("pool-a", Optional.empty(), List.of("/dev/z"), 0, false);
        assertEquals("pool-a", pools.create(other).name());

        storage.open(List.of(entry("pool-a", "/dev/a"), entry("pool-b", "/dev/b")));

        assertEquals("pool-a pool-b", names());
        assertEquals(1, storage.failures());
    }

    @Test
    void aPoolThatIsThereKeepsItsName() {
        PoolSpec spec = new PoolSpec("mine", Optional.empty(), List.of("/dev/a"), 0, false);
        PoolInfo before = pools.create(spec);
        pools.export("mine");

        storage.open(List.of(entry("pool-a", "/dev/a")));

        assertEquals(List.of(before), pools.list());
        assertEquals(0, storage.failures());
    }

    private static PoolDisk entry(String name, String path) {
        return new PoolDisk(name, Path.of(path));
    }

    private String names() {
        return String.join(" ", pools.list().stream().map(PoolInfo::name).toList());
    }
}
