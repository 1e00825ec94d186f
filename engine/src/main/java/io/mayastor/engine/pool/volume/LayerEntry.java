package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.journal.JournalEntry;
import io.mayastor.engine.pool.metadata.Metadata;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Layers that are made, changed or removed together: all of them or none. Made for one use;
 * management may allocate. Owner thread: the pool's reactor.
 */
final class LayerEntry extends JournalEntry {
    private final List<LayerRecord> puts;
    private final List<byte[]> encoded;
    private final List<Integer> removals;
    private final IntConsumer recorded;

    /**
     * @param removals ids of layers that are gone after this
     * @param recorded told the status of the record
     */
    LayerEntry(List<LayerRecord> puts, List<Integer> removals, IntConsumer recorded) {
        this.puts = List.copyOf(puts);
        this.encoded = this.puts.stream().map(LayerRecord::encoded).toList();
        this.removals = List.copyOf(removals);
        this.recorded = recorded;
    }

    /** Pages that the layers may need in addition. */
    int pages(Metadata metadata) {
        return puts.stream().mapToInt(metadata::pagesFor).sum();
    }

    void apply(Metadata metadata) {
        long number = sequence();
        for (LayerRecord layer : puts) {
            metadata.putLayer(number++, layer);
        }
        for (int layer : removals) {
            metadata.removeLayer(number++, layer);
        }
    }

    @Override
    protected int recordBytes() {
        int bytes = removals.size() * RecordWriter.REMOVE_LAYER_BYTES;
        for (byte[] layer : encoded) {
            bytes += RecordWriter.putLayerBytes(layer.length);
        }
        return bytes;
    }

    @Override
    protected int records() {
        return puts.size() + removals.size();
    }

    @Override
    protected void encode(long address) {
        long at = address;
        for (int i = 0; i < encoded.size(); i++) {
            at += RecordWriter.putLayer(at, puts.get(i).id(), encoded.get(i));
        }
        for (int layer : removals) {
            at += RecordWriter.removeLayer(at, layer);
        }
    }

    @Override
    protected void recorded(int status) {
        recorded.accept(status);
    }
}
