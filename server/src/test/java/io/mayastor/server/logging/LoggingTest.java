package io.mayastor.server.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** How a line looks and how many of them there may be. */
class LoggingTest {
    private static final Instant NOON = Instant.parse("2026-11-03T12:00:00.042Z");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long nowNanos;

    @Test
    void aHumanLineHasTimeLevelTargetAndMessage() {
        assertEquals(
                "2026-11-03T12:00:00.042Z WARN  server.grpc: too many calls\n",
                new HumanLines(false, true, null)
                        .format(
                                record(
                                        Level.WARNING,
                                        "io.mayastor.server.grpc",
                                        "too many calls")));
    }

    @Test
    void theCompactLineWithHostAndColourLeavesTheDateOut() {
        assertEquals(
                "n1 12:00:00.042 \u001b[32mINFO\u001b[0m  up\n",
                new HumanLines(true, false, "n1").format(record(Level.INFO, null, "up")));
    }

    @Test
    void aMessageCanNotForgeALine() {
        String line =
                new HumanLines(false, true, null)
                        .format(record(Level.INFO, "x", "host\n2026 ERROR \u001b[2J"));

        assertEquals("2026-11-03T12:00:00.042Z INFO  x: host 2026 ERROR  [2J\n", line);
    }

    @Test
    void aJsonLineIsOneObjectWithEscapedText() {
        assertEquals(
                "{\"hostname\":\"n1\",\"level\":\"ERROR\",\"timestamp\":\"Tue, 3 Nov 2026 12:00:00"
                        + " GMT\",\"target\":\"server\",\"fields\":{\"message\":\"a \\\"b\\\"\\n"
                        + "\\u0007\"}}\n",
                new JsonLines("n1")
                        .format(record(Level.SEVERE, "io.mayastor.server", "a \"b\"\n\u0007")));
    }

    @Test
    void linesBeyondTheLimitOfASecondAreCountedInsteadOfWritten() {
        LineHandler handler = handler(new HumanLines(false, true, null));
        for (int i = 0; i < LineHandler.LINES_PER_SECOND + 5; i++) {
            handler.publish(record(Level.INFO, "x", "line"));
        }
        assertEquals(LineHandler.LINES_PER_SECOND, written().lines().count());

        nowNanos += 1_000_000_000;
        handler.publish(record(Level.INFO, "x", "next second"));

        assertTrue(written().contains("5 log lines left out"), written());
        assertTrue(written().endsWith("next second\n"), written());
    }

    @Test
    void anErrorIsWrittenWhateverTheLimit() {
        LineHandler handler = handler(new HumanLines(false, true, null));
        for (int i = 0; i < LineHandler.LINES_PER_SECOND; i++) {
            handler.publish(record(Level.INFO, "x", "line"));
        }

        handler.publish(record(Level.SEVERE, "x", "disk on fire"));

        assertTrue(written().endsWith("ERROR x: disk on fire\n"), written());
    }

    private LineHandler handler(Formatter lines) {
        return new LineHandler(
                new PrintStream(bytes, true, StandardCharsets.UTF_8), lines, () -> nowNanos);
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static LogRecord record(Level level, String logger, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName(logger);
        record.setInstant(NOON);
        return record;
    }
}
