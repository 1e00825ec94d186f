package io.mayastor.cli.offline;

import io.mayastor.cli.text.Json;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is on the disks of a pool: labels and roots as they are, and the layers as an engine would
 * load them. As far as it can be read, so that it helps with a pool that does not open.
 */
public final class PoolDump {
    private final Label label;
    private final Map<String, Rows> parts = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private PoolDump(Label label) {
        this.label = label;
    }

    /**
     * Reads the pool.
     *
     * @param layer id, UUID or name of a layer whose map is wanted, or null
     * @param journal whether the records since the checkpoint are wanted
     * @throws UnreadableException when no disk has a label that is known here, or there is no such
     *     layer
     */
    public static PoolDump of(OfflinePool pool, String layer, boolean journal) {
        Label label = pool.label();
        if (label == null) {
            pool.load((position, first, durable, records) -> {}).metadata().close();
            throw new IllegalStateException("a pool without labels was loaded");
        }
        PoolDump dump = new PoolDump(label);
        dump.parts.put("disks", DiskRows.of(pool));
        dump.parts.put("labels", LabelRows.of(pool));
        dump.parts.put("roots", RootRows.of(pool, label));
        JournalRows records = new JournalRows();
        LoadedPool loaded = dump.load(pool, records);
        if (loaded != null) {
            try (Metadata metadata = loaded.metadata()) {
                dump.parts.put("layers", LayerRows.of(metadata));
                if (layer != null) {
                    dump.parts.put("map", MapRows.of(metadata, find(metadata, layer)));
                }
            }
        }
        if (journal) {
            dump.parts.put("journal", records.rows());
        }
        return dump;
    }

    private LoadedPool load(OfflinePool pool, JournalRows records) {
        try {
            return pool.load(records);
        } catch (LoadException e) {
            problems.addAll(pool.named(e.problems()));
        } catch (UnreadableException e) {
            problems.addAll(e.getMessage().lines().map(String::strip).toList());
        }
        return null;
    }

    private static Layer find(Metadata metadata, String wanted) {
        return metadata.layers().stream()
                .filter(layer -> isNamed(layer, wanted))
                .findFirst()
                .orElseThrow(() ->
                        new UnreadableException(
                                "the pool has no layer with id, UUID or name " + wanted));
    }

    private static boolean isNamed(Layer layer, String wanted) {
        return wanted.equals(Integer.toString(layer.id()))
                || wanted.equals(layer.record().name())
                || wanted.equals(String.valueOf(layer.record().uuid()));
    }

    /** Whether all could be read. */
    public boolean isWhole() {
        return problems.isEmpty();
    }

    public String text() {
        StringBuilder text = new StringBuilder(DiskRows.title(label)).append('\n');
        parts.forEach((name, rows) ->
                text.append('\n').append(name).append('\n').append(rows.table().toText(true)));
        problems.forEach(problem -> text.append("\nproblem: ").append(problem));
        return text.toString();
    }

    public Json json() {
        Json json = new Json();
        return json.object(() -> {
            json.field("pool", label.poolName()).field("uuid", label.pool().toString());
            json.field("cluster_bytes", label.clusterBytes());
            json.field("block_bytes", label.blockBytes());
            json.field("created_millis", label.createdMillis());
            json.field("owner", label.owner());
            parts.forEach((name, rows) -> rows.json(json, name));
            json.array("problems", problems, json::value);
        });
    }
}
