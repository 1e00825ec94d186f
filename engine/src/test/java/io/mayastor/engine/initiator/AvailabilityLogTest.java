package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvailabilityLogTest {
    private static final long SECOND = HostWorld.SECOND;

    private final Logger logger = Logger.getLogger(AvailabilityLog.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final AvailabilityLog log = new AvailabilityLog("host:8420/nqn");
    private final Handler handler =
            new Handler() {
                private final SimpleFormatter formatter = new SimpleFormatter();

                @Override
                public void publish(LogRecord line) {
                    lines.add(line.getLevel() + " " + formatter.formatMessage(line));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    @Test
    void aControllerThatIsLostAndComesBackMakesTwoLines() {
        log.live(0, SECOND);
        log.lost("it is gone", 2 * SECOND);
        log.live(3, 5 * SECOND);

        assertEquals(
                List.of(
                        "WARNING controller host:8420/nqn is lost: it is gone",
                        "INFO controller host:8420/nqn is back after 3000 ms and 3 failed"
                                + " attempts"),
                lines);
    }

    @Test
    void oneThatIsLostAgainAndAgainIsToldOfNowAndThen() {
        for (int i = 0; i < 100; i++) {
            log.lost("it is gone", i * SECOND / 10);
            log.live(0, i * SECOND / 10 + 1);
        }
        assertEquals(2, lines.size(), lines::toString);

        log.lost("it is gone", AvailabilityLog.QUIET_NANOS);

        assertEquals(
                "WARNING controller host:8420/nqn is lost: it is gone (and 99 times before, not"
                        + " logged)",
                lines.getLast());
    }

    @Test
    void theControllerTellsWhatHappensToIt() {
        HostWorld world = new HostWorld(1);
        ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);
        Controller controller =
                world.controller(world.options(), (lost, reason, attempts) -> attempts < 1);
        world.await("it is live", world.connect(controller));
        assertEquals(List.of(), lines);

        lose(peer);
        world.simulation.runUntil("it is lost", () -> !controller.isLive());
        world.simulation.runUntil("it is live again", controller::isLive);
        peer.script =
                (connection, pdu) -> {
                    connection.close();
                    return true;
                };
        lose(peer);
        world.simulation.runUntil(
                "it has failed", () -> controller.state() == ControllerState.FAILED);

        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains(" is lost: "), lines.get(0));
        assertTrue(lines.get(1).contains(" and 0 failed attempts"), lines.get(1));
        assertTrue(lines.get(2).contains(" is given up: "), lines.get(2));
    }

    private static void lose(ScriptedController peer) {
        peer.act(() -> List.copyOf(peer.connections).forEach(ScriptedConnection::close));
    }
}
