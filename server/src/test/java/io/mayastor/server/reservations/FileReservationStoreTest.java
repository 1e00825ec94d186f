package io.mayastor.server.reservations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.target.ReservationState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReservationStoreTest {
    private static final UUID A = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
    private static final UUID B = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");
    private static final ReservationState ONE_HOLDS =
            new ReservationState(
                    7,
                    true,
                    Optional.of(ReservationType.EXCLUSIVE_ACCESS),
                    Optional.of(A),
                    List.of(
                            new ReservationState.Registrant(A, 0x0123456789abcdefL),
                            new ReservationState.Registrant(B, -1)));
    private static final ReservationState ALL_HOLD =
            new ReservationState(
                    -1,
                    true,
                    Optional.of(ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS),
                    Optional.empty(),
                    List.of(new ReservationState.Registrant(B, 5)));

    @TempDir Path directory;

    private Path file() {
        return directory.resolve("made").resolve("volume.reservations");
    }

    private Path unfinished() {
        return file().resolveSibling("volume.reservations.new");
    }

    private FileReservationStore open() throws IOException {
        return FileReservationStore.open(file(), Runnable::run, Runnable::run);
    }

    private static Exception save(FileReservationStore store, ReservationState state) {
        List<Optional<Exception>> ends = new ArrayList<>();
        store.save(state, failure -> ends.add(Optional.ofNullable(failure)));
        assertEquals(1, ends.size(), "completions of one save");
        return ends.getFirst().orElse(null);
    }

    @Test
    void nothingIsReservedWhereThereIsNoFile() throws IOException {
        assertEquals(ReservationState.EMPTY, open().load());
    }

    @Test
    void savedReservationsOutliveTheProcess() throws IOException {
        for (ReservationState state : List.of(ONE_HOLDS, ALL_HOLD)) {
            assertNull(save(open(), state));
            assertEquals(state, open().load());
        }
    }

    @Test
    void theFileIsTextThatAPersonCanRead() throws IOException {
        save(open(), ONE_HOLDS);
        assertEquals(
                """
                mayastor reservations 1
                generation 7
                persists true
                type 2
                holder aaaaaaaa-0000-4000-8000-000000000001
                registrant aaaaaaaa-0000-4000-8000-000000000001 0123456789abcdef
                registrant bbbbbbbb-0000-4000-8000-000000000002 ffffffffffffffff
                """,
                Files.readString(file()).replaceFirst("crc32c [0-9a-f]{8}\n$", ""));
    }

    @Test
    void noFileIsLeftWhenNothingIsToBeKept() throws IOException {
        FileReservationStore store = open();
        save(store, ONE_HOLDS);
        assertNull(save(store, ReservationState.EMPTY));
        assertFalse(Files.exists(file()));
        assertEquals(ReservationState.EMPTY, open().load());
    }

    @Test
    void aCrashBeforeTheRenameLeavesTheFormerState() throws IOException {
        save(open(), ONE_HOLDS);
        Files.writeString(unfinished(), "mayastor reservations 1\ngenera");
        assertEquals(ONE_HOLDS, open().load());
        assertFalse(Files.exists(unfinished()));
    }

    @Test
    void aFailedSaveSaysWhichFileAndLeavesTheFormerState() throws IOException {
        FileReservationStore store = open();
        save(store, ONE_HOLDS);
        Files.createDirectory(unfinished());
        Exception failure = save(store, ALL_HOLD);
        assertNotNull(failure);
        assertTrue(failure.getMessage().contains(file().toString()), failure.getMessage());
        Files.delete(unfinished());
        assertEquals(ONE_HOLDS, open().load());
    }

    @Test
    void aSaveThatNobodyMayCarryOutFails() throws IOException {
        FileReservationStore store =
                FileReservationStore.open(
                        file(),
                        task -> {
                            throw new java.util.concurrent.RejectedExecutionException("ended");
                        },
                        Runnable::run);
        assertNotNull(save(store, ONE_HOLDS));
    }

    @Test
    void everyDamagedByteIsNoticedAndTheFileKept() throws IOException {
        save(open(), ONE_HOLDS);
        byte[] intact = Files.readAllBytes(file());
        for (int i = 0; i < intact.length; i++) {
            byte[] damaged = intact.clone();
            damaged[i] ^= 1;
            Files.write(file(), damaged);
            assertThrows(ReservationFileException.class, this::open, "byte " + i);
            assertTrue(Files.exists(file()));
        }
    }

    @Test
    void everyLostTailIsNoticed() throws IOException {
        save(open(), ONE_HOLDS);
        byte[] intact = Files.readAllBytes(file());
        for (int length = 0; length < intact.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(intact, length));
            ReservationFileException refused =
                    assertThrows(ReservationFileException.class, this::open, length + " bytes");
            assertTrue(refused.getMessage().contains(file().toString()), refused.getMessage());
        }
    }

    @Test
    void aContradictoryStateIsRefusedThoughItsChecksumIsRight() throws IOException {
        save(open(), ONE_HOLDS);
        String text = Files.readString(file());
        String body = text.substring(0, text.lastIndexOf("crc32c"));
        String withoutHolder = body.replace("holder " + A, "holder none");
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(withoutHolder.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Files.writeString(file(), withoutHolder + "crc32c %08x\n".formatted(crc.getValue()));
        assertThrows(ReservationFileException.class, this::open);
    }
}
