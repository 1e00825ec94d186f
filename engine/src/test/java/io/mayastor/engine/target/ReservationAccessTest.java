package io.mayastor.engine.target;

import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS;
import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS_REGISTRANTS_ONLY;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.ReservationType;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may read and write under which reservation (NVM Command Set 1.0 §5.7). */
class ReservationAccessTest {
    private static final UUID HOLDER = new UUID(1, 1);
    private static final UUID REGISTRANT = new UUID(2, 2);
    private static final UUID OTHER = new UUID(3, 3);

    /** {@code rw}: may read and write, {@code r-}: only read, {@code --}: neither. */
    record Row(ReservationType type, String holder, String registrant, String other) {}

    static Stream<Row> table() {
        return List.of(
                new Row(WRITE_EXCLUSIVE, "rw", "r-", "r-"),
                new Row(EXCLUSIVE_ACCESS, "rw", "--", "--"),
                new Row(WRITE_EXCLUSIVE_REGISTRANTS_ONLY, "rw", "rw", "r-"),
                new Row(EXCLUSIVE_ACCESS_REGISTRANTS_ONLY, "rw", "rw", "--"),
                new Row(WRITE_EXCLUSIVE_ALL_REGISTRANTS, "rw", "rw", "r-"),
                new Row(EXCLUSIVE_ACCESS_ALL_REGISTRANTS, "rw", "rw", "--"))
                .stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void accessFollowsTheTable(Row row) {
        ReservationState state =
                ReservationState.EMPTY
                        .registered(HOLDER, 10)
                        .registered(REGISTRANT, 20)
                        .reserved(row.type(), HOLDER);
        assertEquals(row.holder(), access(state, HOLDER), "holder");
        assertEquals(row.registrant(), access(state, REGISTRANT), "registrant");
        assertEquals(row.other(), access(state, OTHER), "host that is not registered");
    }

    @Test
    void withoutAReservationEveryoneMayDoEverything() {
        ReservationState state = ReservationState.EMPTY.registered(REGISTRANT, 20);
        assertEquals("rw", access(state, REGISTRANT));
        assertEquals("rw", access(state, OTHER));
    }

    @ParameterizedTest
    @MethodSource("table")
    void whatAControllerMayDoFollowsEachChange(Row row) {
        Reservations reservations = new Reservations(ReservationStore.VOLATILE, notices -> {});
        Reservations.Access access = new Reservations.Access();
        assertEquals(true, reservations.permits(access, OTHER, true));
        reservations.submit(state -> ReservationRules.register(state, HOLDER, 10), done -> {});
        reservations.submit(
                state -> ReservationRules.acquire(state, HOLDER, 10, row.type()), done -> {});
        assertEquals(row.other().contains("w"), reservations.permits(access, OTHER, true));
        assertEquals(row.other().contains("r"), reservations.permits(access, OTHER, false));
        reservations.submit(
                state -> ReservationRules.release(state, HOLDER, 10, row.type()), done -> {});
        assertEquals(true, reservations.permits(access, OTHER, true));
    }

    private static String access(ReservationState state, UUID host) {
        return (state.permitsReads(host) ? "r" : "-") + (state.permitsWrites(host) ? "w" : "-");
    }
}
