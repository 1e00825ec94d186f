package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contradictions between pages, each of which is whole by itself. */
class DerivationTest {
    private final MetadataFixture pool = new MetadataFixture(64);
    private final Arena arena = Arena.ofShared();

    @BeforeEach
    void makeLayers() {
        Layer layer = pool.replica(8, false);
        pool.writeWhole(layer, 0);
        pool.write(layer, 1, 0, 8);
        pool.writeSlice(pool.child(layer), 2, 0, 8);
    }

    @AfterEach
    void close() {
        pool.close();
        arena.close();
    }

    @Test
    void whatACheckpointWroteHasNone() {
        assertEquals(List.of(), problemsAfter(PageHeader.FREE, page -> {}));
    }

    @Test
    void clusterWithTwoOwnersIsTold() {
        assertTold(
                "has another owner",
                PageHeader.MAP,
                map -> Memory.putInt(map + 4 * 5, Memory.getInt(map)));
    }

    @Test
    void clusterBeyondThePoolIsTold() {
        assertTold(
                "does not exist",
                PageHeader.MAP,
                map -> Memory.putInt(map + 4 * 5, MapEntry.whole(1000)));
    }

    @Test
    void regionBeyondTheLayersEndIsTold() {
        assertTold(
                "beyond the end", PageHeader.MAP, map -> Memory.putInt(map + 4 * 9, MapEntry.ZERO));
    }

    @Test
    void slotThatNoMapNamesIsTold() {
        assertTold("maps name", PageHeader.MAP, map -> Memory.putInt(map + 4 * 1, MapEntry.ABSENT));
    }

    @Test
    void slotOfAnotherRegionIsTold() {
        assertTold(
                "its slot has another owner",
                PageHeader.PARTIAL,
                slot -> Memory.putInt(slot + DetailSlot.REGION_AT, 3));
    }

    @Test
    void masksThatContradictThemselvesAreTold() {
        assertTold(
                "both valid and zero",
                PageHeader.PARTIAL,
                slot -> Memory.putInt(slot + DetailSlot.maskAt(0), DetailSlot.mask(0xFF, 1)));
        assertTold(
                "7 units are valid, 8 counted",
                PageHeader.PARTIAL,
                slot -> Memory.putInt(slot + DetailSlot.maskAt(0), DetailSlot.mask(0x7F, 0)));
        assertTold(
                "has a place or valid units, not both",
                PageHeader.SLICED,
                slot -> Memory.putInt(slot + DetailSlot.maskAt(1), DetailSlot.mask(1, 0)));
    }

    @Test
    void damagedLayerIsTold() {
        assertTold("layer", PageHeader.LAYER, layer -> Memory.putInt(layer, 5000));
    }

    private void assertTold(String what, int type, LongConsumer damage) {
        List<String> problems = problemsAfter(type, damage);
        assertTrue(
                problems.stream().anyMatch(problem -> problem.contains(what)),
                () -> "told: " + problems);
    }

    /** Loads the pool's pages, the first one of a type with its content changed. */
    private List<String> problemsAfter(int type, LongConsumer damage) {
        List<String> problems = new ArrayList<>();
        try (Metadata loaded = new Metadata(pool.geometry, MetadataFixture.POOL, 1 << 20)) {
            loaded.addExtent(0, 0, 64);
            PageTable pages = pool.metadata.table();
            boolean done = false;
            for (int page = 0; page < pages.pages(); page++) {
                long copy = arena.allocate(DiskLayout.PAGE, DiskLayout.PAGE).address();
                Memory.copy(pages.address(page), copy, DiskLayout.PAGE);
                if (PageHeader.type(copy) == type && !done) {
                    damage.accept(copy + PageHeader.CONTENT_AT);
                    done = true;
                }
                loaded.loadPage(page, 0, copy, false);
            }
            loaded.derive(problems);
        }
        return problems;
    }
}
