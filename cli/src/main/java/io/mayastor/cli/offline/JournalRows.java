package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.JournalRecord;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.JournalWatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Records of the journal since the checkpoint, one row each. */
final class JournalRows implements JournalWatcher {
    private final Rows rows =
            new Rows(">record", ">block_at", ">durable", "type", ">layer", ">region", "what");

    Rows rows() {
        return rows;
    }

    @Override
    public void block(
            long position, long firstSequence, long durableSequence, List<JournalRecord> records) {
        if (records.isEmpty()) {
            rows.add(null, position, durableSequence, "none", null, null, null);
        }
        long sequence = firstSequence;
        for (JournalRecord record : records) {
            Object at = sequence == firstSequence ? position : null;
            Object durable = sequence == firstSequence ? durableSequence : null;
            switch (record) {
                case JournalRecord.Units units ->
                        rows.add(
                                sequence,
                                at,
                                durable,
                                "units",
                                units.layer(),
                                units.region(),
                                range(units.first(), units.count()) + " in " + place(units));
                case JournalRecord.Clear clear ->
                        rows.add(
                                sequence,
                                at,
                                durable,
                                "clear",
                                clear.layer(),
                                clear.region(),
                                range(clear.first(), clear.count())
                                        + (clear.zero() ? " zero" : " inherit"));
                case JournalRecord.Region region ->
                        rows.add(
                                sequence,
                                at,
                                durable,
                                "region",
                                region.layer(),
                                region.region(),
                                MapEntry.text(region.value()));
                case JournalRecord.Move move ->
                        rows.add(
                                sequence,
                                at,
                                durable,
                                "move",
                                move.from(),
                                move.region(),
                                "to layer " + move.to());
                case JournalRecord.PutLayer put ->
                        rows.add(
                                sequence,
                                at,
                                durable,
                                "layer",
                                put.layer().id(),
                                null,
                                text(put.layer()));
                case JournalRecord.RemoveLayer remove ->
                        rows.add(sequence, at, durable, "remove", remove.layer(), null, null);
            }
            sequence++;
        }
    }

    private static String range(int first, int count) {
        return count == 1 ? "unit " + first : "units %d-%d".formatted(first, first + count - 1);
    }

    private static String place(JournalRecord.Units units) {
        return units.sliced()
                ? Arrays.stream(units.places())
                        .mapToObj(Place::text)
                        .collect(Collectors.joining(", "))
                : "cluster " + units.cluster();
    }

    private static String text(LayerRecord layer) {
        return "%s \"%s\", %d bytes, parent %d%s%s%s"
                .formatted(
                        layer.kind().name().toLowerCase(Locale.ROOT),
                        layer.name(),
                        layer.sizeBytes(),
                        layer.parent(),
                        layer.thick() ? ", thick" : "",
                        layer.pending() ? ", pending" : "",
                        layer.shared() ? ", shared" : "");
    }
}
