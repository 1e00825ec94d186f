package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The trees of layers, each layer after its parent. */
final class LayerRows {
    private final Rows rows =
            new Rows(
                    "layer",
                    "parent",
                    "kind",
                    "name",
                    "uuid",
                    ">size",
                    ">parent_limit",
                    ">clusters",
                    ">slices",
                    "attributes");

    private LayerRows() {}

    static Rows of(Metadata metadata) {
        LayerRows all = new LayerRows();
        for (Layer layer : metadata.layers()) {
            if (layer.parent() == null) {
                all.add(layer, 0);
            }
        }
        return all.rows;
    }

    private void add(Layer layer, int depth) {
        LayerRecord record = layer.record();
        rows.add(
                Rows.indented(depth, layer.id()),
                record.parent() == 0 ? null : record.parent(),
                record.kind().name().toLowerCase(Locale.ROOT),
                record.name(),
                record.uuid(),
                Rows.bytes(record.sizeBytes()),
                Rows.bytes(record.parentLimitBytes()),
                layer.mappedClusters(),
                layer.mappedSlices(),
                attributes(record));
        for (Layer child : layer.childLayers()) {
            add(child, depth + 1);
        }
    }

    private static String attributes(LayerRecord record) {
        List<String> all = new ArrayList<>();
        if (record.thick()) {
            all.add("thick");
        }
        if (record.pending()) {
            all.add("pending");
        }
        if (record.discarded()) {
            all.add("discarded");
        }
        if (record.shared()) {
            all.add("shared");
        }
        if (record.entityId() != null) {
            all.add("entity=" + record.entityId());
        }
        if (record.txnId() != null) {
            all.add("txn=" + record.txnId());
        }
        if (record.createTime() != null) {
            all.add("created=" + record.createTime());
        }
        if (record.sourceUuid() != null) {
            all.add("source=" + record.sourceUuid());
        }
        if (record.reservations() != null) {
            all.add("reservations");
        }
        if (record.childRecord() != null) {
            all.add("child-record");
        }
        return String.join(" ", all);
    }
}
