package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random, sparse and truncated bytes for every decoder; a failure names the seed. */
class DecoderPropertyTest {
    private static final long SEED = 0x6e766d65;

    /** Bytes thrown at each decoder; the number of inputs follows from its length. */
    private static final long BYTES_PER_DECODER = 24L << 20;

    static Stream<Decoders.Decoder<?>> decoders() {
        return Stream.of(Decoders.IDENTIFY, Decoders.LOGS, Decoders.COMMAND_DATA)
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void arbitraryBytesAreRefusedOrComeBackTheSame(Decoders.Decoder<?> decoder) {
        SplittableRandom random = new SplittableRandom(SEED);
        long inputs = BYTES_PER_DECODER / (decoder.leastLength() + 64);
        int taken = 0;
        byte[] bytes = new byte[decoder.leastLength() + 1100];
        MemorySegment memory = MemorySegment.ofArray(bytes);
        for (long i = 0; i < inputs; i++) {
            long seed = random.nextLong();
            int length = disturb(bytes, decoder.leastLength(), new SplittableRandom(seed));
            try {
                taken += decoder.check(memory.asSlice(0, length), 0) ? 1 : 0;
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        "%s fails on seed %d".formatted(decoder.name(), seed), failure);
            }
        }
        assertTrue(
                taken > inputs / 100, "only %d of %d inputs were taken".formatted(taken, inputs));
    }

    /**
     * Zeros with a few random bytes, mostly near the start where counts and types stand; now and
     * then noise throughout.
     */
    private static int disturb(byte[] bytes, int leastLength, SplittableRandom random) {
        int length = leastLength + random.nextInt(bytes.length - leastLength + 1);
        if (random.nextInt(64) == 0) {
            random.nextBytes(bytes);
        } else {
            MemorySegment.ofArray(bytes).fill((byte) 0);
            for (int changes = random.nextInt(12); changes > 0; changes--) {
                int range = random.nextBoolean() ? Math.min(64, length) : length;
                bytes[random.nextInt(range)] =
                        (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
            }
        }
        return length;
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void truncatedStructureIsRefused(Decoders.Decoder<?> decoder) {
        MemorySegment memory = Bytes.empty(decoder.leastLength() + 8);
        for (int length = 0; length < decoder.leastLength(); length += 1 + length / 64) {
            assertFalse(decoder.check(memory.asSlice(0, length), 0), length + " bytes were taken");
            assertFalse(
                    decoder.check(memory.asSlice(0, length + 8), 8), length + " bytes were taken");
        }
        assertTrue(decoder.check(memory, 8), "a structure of zeros was refused");
        assertFalse(
                decoder.check(memory, memory.byteSize() + 1),
                "a structure behind the end was taken");
        assertFalse(decoder.check(memory, -1), "a structure before the start was taken");
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void encoderWritesEveryByteAndNoOther(Decoders.Decoder<?> decoder) {
        byte[] bytes = new byte[decoder.leastLength() + 2];
        bytes[0] = bytes[bytes.length - 1] = 0x5a;
        assertEncodesIntoBounds(decoder, bytes);
    }

    private static <T> void assertEncodesIntoBounds(Decoders.Decoder<T> decoder, byte[] bytes) {
        T value = decoder.decode().apply(Bytes.empty(decoder.leastLength()), 0L);
        MemorySegment memory = Bytes.dirty(bytes.length);
        MemorySegment other = MemorySegment.ofArray(bytes);
        decoder.encode().encode(value, memory, 1);
        decoder.encode().encode(value, other, 1);
        int length = decoder.leastLength();
        Bytes.assertBytes(memory.asSlice(1, length), other.asSlice(1, length));
        assertTrue(
                memory.get(ValueLayout.JAVA_BYTE, 0) == -1 && bytes[0] == 0x5a,
                "wrote before the start");
        assertTrue(
                memory.get(ValueLayout.JAVA_BYTE, length + 1) == -1 && bytes[length + 1] == 0x5a,
                "wrote behind the end");
    }
}
