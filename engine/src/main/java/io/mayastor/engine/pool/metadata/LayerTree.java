package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * The layers, who is whose parent, and for each region of a layer which one above it holds it.
 *
 * <p>The answer to that last question is remembered, so that a read through a long chain costs what
 * one through a short chain costs; a change above forgets it for the region, a change of the tree
 * for the layers below it.
 */
final class LayerTree {
    private static final int NOBODY = 1;
    private static final int FIRST_SLOT = 2;

    private final LayerMaps maps;
    private final TreeMap<Integer, Layer> layers = new TreeMap<>();
    private final Collection<Layer> view = Collections.unmodifiableCollection(layers.values());
    private final IntStack freeSlots = new IntStack();
    private Layer[] bySlot = new Layer[16];
    private int slots;

    LayerTree(LayerMaps maps) {
        this.maps = maps;
    }

    Layer layer(int id) {
        return layers.get(id);
    }

    Collection<Layer> layers() {
        return view;
    }

    /** A new layer without a parent and without regions. */
    Layer add(LayerRecord record) {
        if (layers.size() == Metadata.MAX_LAYERS) {
            throw new IllegalStateException(
                    "a pool has at most " + Metadata.MAX_LAYERS + " layers");
        }
        int slot = freeSlots.isEmpty() ? slots++ : freeSlots.pop();
        if (slot == bySlot.length) {
            bySlot = Arrays.copyOf(bySlot, slot * 2);
        }
        Layer layer = new Layer(slot, record);
        bySlot[slot] = layer;
        layers.put(layer.id(), layer);
        return layer;
    }

    void remove(Layer layer) {
        adopt(layer, null);
        layers.remove(layer.id());
        bySlot[layer.slot] = null;
        freeSlots.push(layer.slot);
    }

    /** Gives the layer another parent, or none. */
    void adopt(Layer layer, Layer parent) {
        if (layer.parent == parent) {
            return;
        }
        for (Layer above = parent; above != null; above = above.parent) {
            if (above == layer) {
                throw new IllegalStateException(layer + " would be its own ancestor");
            }
        }
        if (layer.parent != null) {
            layer.parent.children.remove(layer);
        }
        layer.parent = parent;
        if (parent != null) {
            parent.children.add(layer);
        }
        forgetTree(layer);
    }

    /** The nearest layer above this one that has an entry for the region, or null. */
    Layer above(Layer layer, int region) {
        if (layer.parent == null) {
            return null;
        }
        int known = layer.above.get(region);
        return known >= FIRST_SLOT
                ? bySlot[known - FIRST_SLOT]
                : known == NOBODY ? null : find(layer, region);
    }

    private Layer find(Layer layer, int region) {
        int answer = NOBODY;
        Layer at = layer;
        while (at.parent != null && region < at.parentLimitRegions) {
            at = at.parent;
            if (region < at.regions && maps.entry(at, region) != MapEntry.ABSENT) {
                answer = at.slot + FIRST_SLOT;
                break;
            }
            int known = at.above.get(region);
            if (known != 0) {
                answer = known;
                break;
            }
        }
        layer.above.put(region, answer);
        return answer == NOBODY ? null : bySlot[answer - FIRST_SLOT];
    }

    /** A region of the layer became absent, or is not absent any more. */
    void forgetBelow(Layer layer, int region) {
        List<Layer> children = layer.children;
        for (int i = 0; i < children.size(); i++) {
            children.get(i).above.forget(region);
            forgetBelow(children.get(i), region);
        }
    }

    /** What is above the layer, and all below it, changed. */
    void forgetTree(Layer layer) {
        List<Layer> left = new ArrayList<>(List.of(layer));
        while (!left.isEmpty()) {
            Layer next = left.remove(left.size() - 1);
            next.above.forgetAll();
            left.addAll(next.children);
        }
    }

    long memoryBytes() {
        long bytes = 0;
        for (Layer layer : layers.values()) {
            bytes += layer.memoryBytes();
        }
        return bytes;
    }
}
