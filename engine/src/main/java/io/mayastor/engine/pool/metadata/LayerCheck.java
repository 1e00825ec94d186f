package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.metadata.PoolReport.Problem;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Checks the layers of a pool: a forest of frozen parents, every visible one with its own name. */
final class LayerCheck {
    private final Metadata metadata;
    private final List<Problem> problems;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Map<UUID, Layer> uuids = new HashMap<>();
    private final Map<Kind, Set<String>> names = new EnumMap<>(Kind.class);
    private final Map<Layer, Integer> depths = new HashMap<>();
    private int clones;
    private int chainDepth;

    LayerCheck(Metadata metadata, List<Problem> problems) {
        this.metadata = metadata;
        this.problems = problems;
    }

    int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    int clones() {
        return clones;
    }

    int chainDepth() {
        return chainDepth;
    }

    void run() {
        for (Layer layer : metadata.layers()) {
            LayerRecord record = layer.record();
            counts.merge(record.kind(), 1, Integer::sum);
            clones += record.kind() == Kind.REPLICA && record.sourceUuid() != null ? 1 : 0;
            record(layer, record);
            parent(layer, record);
            children(layer);
            if (record.kind() != Kind.DELETED) {
                visible(layer, record);
            }
            chainDepth = Math.max(chainDepth, depth(layer));
        }
    }

    private void record(Layer layer, LayerRecord record) {
        if (metadata.layer(record.id()) != layer || record.id() >= metadata.nextLayerId()) {
            problem(layer, "the next layer id is " + metadata.nextLayerId());
        }
        if (layer.regions() != metadata.geometry().regions(record.sizeBytes())) {
            problem(layer, "%d bytes in %d regions".formatted(record.sizeBytes(), layer.regions()));
        }
        if (record.parentLimitBytes() > record.sizeBytes()) {
            problem(
                    layer,
                    "parent limit of %d bytes, size %d"
                            .formatted(record.parentLimitBytes(), record.sizeBytes()));
        }
        if (record.pending() && record.kind() != Kind.SNAPSHOT) {
            problem(layer, "pending, but " + record.kind());
        }
        if (record.thick() && layer.children() > 0) {
            problem(layer, "thick with children");
        }
    }

    private void parent(Layer layer, LayerRecord record) {
        Layer parent = layer.parent();
        if (parent == null) {
            if (record.parent() != 0) {
                problem(layer, "its parent %d does not exist".formatted(record.parent()));
            }
            return;
        }
        if (parent.id() != record.parent() || metadata.layer(parent.id()) != parent) {
            problem(
                    layer,
                    "its parent is %s, its record says %d".formatted(parent, record.parent()));
        }
        if (parent.record().kind() == Kind.REPLICA) {
            problem(layer, "its parent " + parent.id() + " is not frozen");
        }
    }

    private void children(Layer layer) {
        for (Layer child : layer.childLayers()) {
            if (child.parent() != layer) {
                problem(layer, "its child %d has another parent".formatted(child.id()));
            }
        }
    }

    private void visible(Layer layer, LayerRecord record) {
        if (record.uuid() == null || record.name() == null) {
            problem(layer, "has no UUID or no name");
            return;
        }
        Layer other = uuids.put(record.uuid(), layer);
        if (other != null) {
            problem(layer, "has the UUID of " + other);
        }
        if (!names.computeIfAbsent(record.kind(), kind -> new HashSet<>()).add(record.name())) {
            problem(layer, "another one is named \"%s\"".formatted(record.name()));
        }
    }

    /** Layers from this one to its root; a cycle is a problem and ends the count. */
    private int depth(Layer layer) {
        int depth = 0;
        for (Layer at = layer; at != null; at = at.parent()) {
            Integer known = depths.get(at);
            if (known != null) {
                depth += known;
                break;
            }
            depth++;
            if (depth > Metadata.MAX_LAYERS) {
                problem(layer, "is its own ancestor");
                break;
            }
        }
        depths.put(layer, depth);
        return depth;
    }

    private void problem(Layer layer, String what) {
        problems.add(new Problem(layer.toString(), what));
    }
}
