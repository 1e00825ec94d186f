package io.mayastor.engine.pool.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random structures come back as they were; disturbed ones are refused or consistent. */
class FormatPropertyTest {
    private static final long SEED = 0x706f6f6c;
    private static final int INPUTS = 10_000;

    private final Checksum checksum = new Checksum();
    private final NativeBytes memory = new NativeBytes(DiskLayout.MAX_JOURNAL_BLOCK);
    private final NativeBytes copy = new NativeBytes(DiskLayout.MAX_ROOT);

    @Test
    void recordsComeBackInTheirOrder() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            memory.fill(0xFF);
            List<JournalRecord> written = new ArrayList<>();
            int length = 0;
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                long at = memory.address() + JournalBlock.RECORDS_AT + length;
                written.add(Samples.record(at, random));
                length += JournalRecord.length(at);
            }
            seal(length, written.size());
            assertNull(
                    JournalBlock.problem(
                            checksum, memory.address(), memory.length(), Samples.POOL));
            List<JournalRecord> read = JournalBlock.records(memory.address());
            assertEquals(written.size(), read.size());
            for (int i = 0; i < read.size(); i++) {
                assertSame(written.get(i), read.get(i));
            }
        }
    }

    @Test
    void layerComesBackWithAllItsFields() {
        LayerRecord layer =
                Samples.layer()
                        .with()
                        .entityId("e")
                        .txnId("t")
                        .sourceUuid(Samples.OTHER)
                        .childRecord(new byte[LayerRecord.MAX_CHILD_RECORD_BYTES])
                        .reservations(new byte[LayerRecord.MAX_RESERVATIONS_BYTES])
                        .shared(true)
                        .discarded(true)
                        .make();
        byte[] encoded = layer.encoded();
        memory.fill(encoded);
        LayerRecord read = LayerRecord.decode(5, memory.address(), encoded.length);
        assertArrayEquals(encoded, read.encoded());
        assertEquals(layer.name(), read.name());
        assertEquals(layer.allowedHosts(), read.allowedHosts());
    }

    @Test
    void textThatWouldNotLoadIsNotWritten() {
        for (String name : List.of("a\nb", "a\u0000b", "\ud800", "x".repeat(256))) {
            LayerRecord layer = Samples.layer().with().name(name).make();
            assertThrows(FormatException.class, layer::encoded, name);
        }
    }

    @Test
    void anyFlippedBitOfABlockIsSeen() {
        SplittableRandom random = new SplittableRandom(SEED);
        Samples.label().encode(checksum, memory.address());
        for (int bit = 0; bit < 8 * Label.BYTES; bit += 1 + random.nextInt(16)) {
            long at = memory.address() + bit / 8;
            byte before = Memory.getByte(at);
            Memory.putByte(at, (byte) (before ^ 1 << bit % 8));
            assertThrows(FormatException.class, () -> Label.decode(checksum, memory.address()));
            Memory.putByte(at, before);
        }
        assertEquals(Samples.label(), Label.decode(checksum, memory.address()));
    }

    @ParameterizedTest
    @EnumSource
    void disturbedStructuresAreRefusedOrConsistent(Decoding decoding) {
        SplittableRandom random = new SplittableRandom(SEED);
        int taken = 0;
        for (int i = 0; i < INPUTS; i++) {
            long seed = random.nextLong();
            try {
                write(decoding, new SplittableRandom(seed));
                disturb(new SplittableRandom(seed));
                taken += decoding.check(memory, copy);
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed %d".formatted(seed), failure);
            }
        }
        assertTrue(taken > INPUTS / 100, taken + " inputs were taken");
    }

    private void write(Decoding decoding, SplittableRandom random) {
        switch (decoding) {
            case LABEL -> Samples.label().encode(checksum, memory.address());
            case ROOT -> Samples.root().encode(checksum, memory.address(), Samples.CLUSTER);
            case PAGE -> {
                PageHeader.begin(memory.address(), PageHeader.LAYER, 3, 0);
                PageHeader.seal(checksum, memory.address(), Samples.POOL, 2, 1, 1);
            }
            case JOURNAL -> {
                long at = memory.address() + JournalBlock.RECORDS_AT;
                Samples.record(at, random);
                seal(JournalRecord.length(at), 1);
            }
            case LAYER -> {
                byte[] encoded = Samples.layer().encoded();
                memory.fill(encoded);
                Memory.putInt(memory.address() + 28, encoded.length);
            }
        }
    }

    /** Changes a few bytes where lengths, counts and types stand. */
    private void disturb(SplittableRandom random) {
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            long at = memory.address() + random.nextInt(random.nextBoolean() ? 176 : 1424);
            Memory.putByte(at, (byte) (random.nextBoolean() ? random.nextInt() : 0xFF));
        }
    }

    private void seal(int recordBytes, int records) {
        JournalBlock.seal(
                checksum, memory.address(), recordBytes, records, Samples.POOL, 1, 0, 1, 0, 0);
    }

    private static void assertSame(JournalRecord written, JournalRecord read) {
        switch (written) {
            case JournalRecord.Units units -> {
                JournalRecord.Units other = (JournalRecord.Units) read;
                assertEquals(units.layer(), other.layer());
                assertEquals(units.region(), other.region());
                assertEquals(units.first(), other.first());
                assertEquals(units.cluster(), other.cluster());
                assertArrayEquals(units.places(), other.places());
                assertArrayEquals(units.crcs(), other.crcs());
            }
            case JournalRecord.PutLayer put ->
                    assertArrayEquals(
                            put.layer().encoded(),
                            ((JournalRecord.PutLayer) read).layer().encoded());
            case JournalRecord.Clear clear -> assertEquals(clear, read);
            case JournalRecord.Region region -> assertEquals(region, read);
            case JournalRecord.Move move -> assertEquals(move, read);
            case JournalRecord.RemoveLayer remove -> assertEquals(remove, read);
        }
    }
}
