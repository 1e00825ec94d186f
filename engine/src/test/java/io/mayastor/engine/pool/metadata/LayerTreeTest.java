package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mayastor.engine.pool.format.MapEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LayerTreeTest {
    private static final int DEPTH = 64;

    private final MetadataFixture pool = new MetadataFixture(256);
    private final Metadata metadata = pool.metadata;
    private final List<Layer> chain = new ArrayList<>();

    /** A chain in which layer n has regions n and 100. */
    @BeforeEach
    void makeChain() {
        chain.add(pool.replica(101, false));
        for (int i = 0; i < DEPTH; i++) {
            pool.writeWhole(chain.get(i), i);
            pool.writeWhole(chain.get(i), 100);
            chain.add(pool.child(chain.get(i)));
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private Layer top() {
        return chain.get(DEPTH);
    }

    @Test
    void nearestLayerIsFoundThroughALongChain() {
        for (int again = 0; again < 2; again++) {
            for (int i = 0; i < DEPTH; i++) {
                assertSame(chain.get(i), metadata.nearest(top(), i));
            }
            assertSame(chain.get(DEPTH - 1), metadata.nearest(top(), 100));
            assertNull(metadata.nearest(top(), 99));
        }
    }

    @Test
    void nearestLayerFollowsWhatChangesAbove() {
        Layer clone = pool.child(chain.get(40));
        assertSame(chain.get(10), metadata.nearest(top(), 10));
        assertSame(chain.get(10), metadata.nearest(clone, 10));

        pool.move(chain.get(10), chain.get(11), 10);
        assertSame(chain.get(11), metadata.nearest(top(), 10));
        assertSame(chain.get(11), metadata.nearest(clone, 10));

        pool.region(chain.get(11), 10, MapEntry.ABSENT);
        assertNull(metadata.nearest(top(), 10));

        pool.write(chain.get(5), 10, 0, 1);
        assertSame(chain.get(5), metadata.nearest(top(), 10));
        assertSame(chain.get(5), metadata.nearest(clone, 10));
    }

    @Test
    void nearestLayerFollowsTheTree() {
        Layer gone = chain.get(20);
        Layer below = chain.get(21);
        assertSame(gone, metadata.nearest(top(), 20));

        pool.move(gone, below, 20);
        pool.region(gone, 100, MapEntry.ABSENT);
        pool.put(below.record().with().parent(chain.get(19).id()).make());
        pool.remove(gone);
        Layer other = pool.replica(101, false);

        assertSame(below, metadata.nearest(top(), 20));
        assertSame(chain.get(19), metadata.nearest(top(), 19));
        assertNull(metadata.nearest(other, 19));
    }

    @Test
    void layerCannotBeItsOwnAncestor() {
        assertThrows(
                IllegalStateException.class,
                () -> pool.put(chain.get(3).record().with().parent(top().id()).make()));
    }

    @Test
    void ancestorsSpaceIsCounted() {
        long cluster = pool.geometry.clusterBytes();
        assertEquals(2 * cluster, chain.get(0).ownBytes(pool.geometry));
        assertEquals(2 * DEPTH * cluster, top().ancestorBytes(pool.geometry));
    }
}
