package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a ring promises about files. */
interface FileContract {
    RingWorld world();

    /** A new file of zeros, open for reading and writing. */
    int openFile(long sizeBytes) throws Exception;

    @Test
    default void writtenBytesAreReadBack() throws Exception {
        RingWorld w = world();
        int file = openFile(1 << 20);
        long data = w.pattern(65_536, 1);
        long back = w.room(65_536);

        assertEquals(65_536, w.write(file, 8192, data, 65_536, 0));
        assertEquals(65_536, w.read(file, 8192, back, 65_536));

        assertEquals(-1, Memory.mismatch(data, back, 65_536));
        w.close(file);
    }

    @Test
    default void readIsShortAtTheEndOfTheFileAndEmptyBehindIt() throws Exception {
        RingWorld w = world();
        int file = openFile(10_000);
        long back = w.room(8192);

        assertEquals(10_000 - 8192, w.read(file, 8192, back, 4096));
        assertEquals(0, w.read(file, 12_288, back, 4096));
        w.close(file);
    }

    @Test
    default void durableWriteCompletesLikeAnyOther() throws Exception {
        RingWorld w = world();
        int file = openFile(65_536);
        long data = w.pattern(4096, 2);
        long back = w.room(4096);

        assertEquals(4096, w.write(file, 4096, data, 4096, Ring.DSYNC));
        assertEquals(4096, w.read(file, 4096, back, 4096));

        assertEquals(-1, Memory.mismatch(data, back, 4096));
        w.close(file);
    }

    @Test
    default void syncsCompleteWithZero() throws Exception {
        RingWorld w = world();
        int file = openFile(4096);
        Outcome dataOnly = new Outcome();
        Outcome everything = new Outcome();

        w.ring.fsync(file, true, dataOnly);
        w.ring.fsync(file, false, everything);

        assertEquals(0, w.await(dataOnly));
        assertEquals(0, w.await(everything));
        w.close(file);
    }

    @Test
    default void punchedRangeReadsZerosAndTheRestStays() throws Exception {
        RingWorld w = world();
        int file = openFile(65_536);
        long data = w.pattern(16_384, 3);
        long back = w.room(16_384);
        w.write(file, 0, data, 16_384, 0);

        Outcome punched = new Outcome();
        w.ring.fallocate(file, Ring.PUNCH_HOLE, 4096, 8192, punched);
        assertEquals(0, w.await(punched));

        assertEquals(16_384, w.read(file, 0, back, 16_384));
        Memory.zero(data + 4096, 8192);
        assertEquals(-1, Memory.mismatch(data, back, 16_384));
        assertEquals(65_536, w.kernel.describe(file).sizeBytes());
        w.close(file);
    }

    @Test
    default void zeroedRangeReadsZerosWhereTheFileSystemCan() throws Exception {
        RingWorld w = world();
        int file = openFile(65_536);
        long data = w.pattern(16_384, 4);
        long back = w.room(16_384);
        w.write(file, 0, data, 16_384, 0);

        Outcome zeroed = new Outcome();
        w.ring.fallocate(file, Ring.ZERO_RANGE, 8192, 4096, zeroed);
        int result = w.await(zeroed);
        if (result == 0) {
            Memory.zero(data + 8192, 4096);
        } else {
            assertEquals(-Errno.EOPNOTSUPP, result);
        }

        w.read(file, 0, back, 16_384);
        assertEquals(-1, Memory.mismatch(data, back, 16_384));
        w.close(file);
    }

    @Test
    default void aFileCannotBeDiscarded() throws Exception {
        RingWorld w = world();
        int file = openFile(65_536);
        Outcome discarded = new Outcome();

        w.ring.discard(file, 0, 4096, discarded);

        assertEquals(-Errno.EOPNOTSUPP, w.await(discarded));
        w.close(file);
    }

    @Test
    default void registeredFilesAndMemoryServeLikeOthers() throws Exception {
        RingWorld w = world();
        int file = openFile(1 << 20);
        w.ring.registerMemory(w.memory.asSlice(0, 1 << 20));
        int handle = w.ring.registerFile(file);
        long data = w.pattern(65_536, 5);
        long inside = w.room(65_536);
        w.room((1 << 20) - 2 * 65_536 - 4096);
        long acrossTheEdge = w.room(8192);
        long outside = w.room(8192);

        assertEquals(65_536, w.write(handle, 0, data, 65_536, Ring.DSYNC));
        assertEquals(65_536, w.read(handle, 0, inside, 65_536));
        assertEquals(8192, w.read(handle, 0, acrossTheEdge, 8192));
        assertEquals(8192, w.read(handle, 0, outside, 8192));

        assertEquals(-1, Memory.mismatch(data, inside, 65_536));
        assertEquals(-1, Memory.mismatch(data, acrossTheEdge, 8192));
        assertEquals(-1, Memory.mismatch(data, outside, 8192));
        w.ring.unregisterFile(handle);
        assertEquals(4096, w.read(file, 0, inside, 4096), "the descriptor outlives its handle");
        w.close(file);
    }

    @Test
    default void handlesCanBeTakenAgainAndAgain() throws Exception {
        RingWorld w = world();
        int file = openFile(4096);
        long back = w.room(4096);

        for (int i = 0; i < 2000; i++) {
            int handle = w.ring.registerFile(file);
            if (i % 100 == 0) {
                assertEquals(4096, w.read(handle, 0, back, 4096));
            }
            w.ring.unregisterFile(handle);
        }
        w.close(file);
    }

    @Test
    default void aClosedDescriptorIsRefused() throws Exception {
        RingWorld w = world();
        int file = openFile(4096);
        assertEquals(0, w.close(file));

        assertEquals(-Errno.EBADF, w.read(file, 0, w.room(4096), 4096));
    }

    @Test
    default void tenTimesTheSubmissionQueueIsTaken() throws Exception {
        RingWorld w = world();
        int count = 80;
        int file = openFile(count * 4096L);
        long data = w.pattern(count * 4096, 6);
        Outcome[] writes = new Outcome[count];
        for (int i = 0; i < count; i++) {
            writes[i] = new Outcome();
            w.ring.write(file, i * 4096L, data + i * 4096L, 4096, 0, writes[i]);
            assertFalse(writes[i].isThere(), "a completion ran inside the call that prepared it");
        }
        assertEquals(count, w.ring.inFlight());

        for (int i = 0; i < count; i++) {
            assertEquals(4096, w.await(writes[i]), "write " + i);
        }

        long back = w.room(count * 4096L);
        assertEquals(count * 4096, w.read(file, 0, back, count * 4096));
        assertEquals(-1, Memory.mismatch(data, back, count * 4096L));
        assertEquals(0, w.ring.inFlight());
        w.close(file);
    }

    @Test
    default void completionsMayPrepareOperations() throws Exception {
        RingWorld w = world();
        int file = openFile(65_536);
        long back = w.room(4096);
        int[] left = {500};
        int[] depth = {0};
        Completion again =
                new Completion() {
                    @Override
                    public void complete(int result, int flags) {
                        assertEquals(0, depth[0]++, "a completion ran inside another");
                        assertEquals(4096, result);
                        if (left[0]-- > 0) {
                            w.ring.read(file, 4096L * (left[0] % 16), back, 4096, this);
                        }
                        depth[0]--;
                    }
                };
        for (int i = 0; i < 20; i++) {
            w.ring.read(file, 0, back, 4096, again);
        }

        w.await(() -> w.ring.inFlight() == 0, "the chain of reads has not ended");

        assertEquals(-20, left[0]);
        w.close(file);
    }

    @Test
    default void namesOfOperationsDifferThoughTheirSlotsAreUsedAgain() throws Exception {
        RingWorld w = world();
        int file = openFile(4096);
        long back = w.room(4096);
        long[] names = new long[200];
        for (int i = 0; i < names.length; i++) {
            Outcome outcome = new Outcome();
            names[i] = w.ring.read(file, 0, back, 512, outcome);
            w.await(outcome);
        }

        assertTrue(Arrays.stream(names).distinct().count() == names.length, "a name came twice");
        w.close(file);
    }

    @Test
    default void countersTellWhatWasDone() throws Exception {
        RingWorld w = world();
        int file = openFile(4096);
        long back = w.room(4096);
        long before = w.ring.statistics().completed();

        for (int i = 0; i < 5; i++) {
            w.read(file, 0, back, 4096);
        }

        assertEquals(before + 5, w.ring.statistics().completed());
        assertEquals(w.ring.statistics().completed(), w.ring.statistics().submitted());
        w.close(file);
    }
}
