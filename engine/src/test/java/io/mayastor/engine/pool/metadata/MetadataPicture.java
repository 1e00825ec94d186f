package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;

/** All that maps say, as text: two pools with the same picture show the same volumes. */
final class MetadataPicture {
    private MetadataPicture() {}

    static String of(Metadata metadata) {
        StringBuilder text = new StringBuilder();
        for (Layer layer : metadata.layers()) {
            text.append(layer).append(' ').append(layer.record().kind());
            text.append(" parent ").append(layer.record().parent());
            text.append(" size ").append(layer.record().sizeBytes()).append('\n');
            for (int r = metadata.nextMapped(layer, 0);
                    r < layer.regions();
                    r = metadata.nextMapped(layer, r + 1)) {
                region(metadata, r, metadata.entry(layer, r), text);
            }
        }
        return text.toString();
    }

    private static void region(Metadata metadata, int region, int entry, StringBuilder text) {
        text.append("  region ").append(region);
        if (!MapEntry.isDetail(entry)) {
            text.append(' ').append(MapEntry.text(entry)).append('\n');
            return;
        }
        text.append(MapEntry.isSliced(entry) ? " sliced" : " partial").append('\n');
        for (int slice = 0; slice < metadata.geometry().slicesPerCluster(); slice++) {
            int mask = metadata.mask(entry, slice);
            if (mask != 0) {
                text.append("    slice %d mask %08x ".formatted(slice, mask));
                text.append(Place.text(metadata.place(entry, slice))).append('\n');
            }
        }
    }
}
