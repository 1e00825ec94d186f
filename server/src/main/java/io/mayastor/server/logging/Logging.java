package io.mayastor.server.logging;

import io.mayastor.server.config.LogFormat;
import io.mayastor.server.config.LogLevel;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets the process's logging up, once, before anything logs. */
public final class Logging {
    /** Libraries that say at INFO what only their developers want to know. */
    private static final List<String> QUIET = List.of("io.grpc", "io.prometheus", "sun", "jdk");

    /**
     * Held, because the log manager keeps its loggers weakly and a level would be lost with them.
     */
    private static final List<Logger> QUIET_LOGGERS =
            QUIET.stream().map(Logger::getLogger).toList();

    private Logging() {}

    /**
     * @param out where the lines go
     * @param terminal whether a person watches it
     * @param hostName named in JSON lines, and in others when the format says so
     */
    public static void install(
            LogLevel level, LogFormat format, PrintStream out, boolean terminal, String hostName) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        for (Handler each : root.getHandlers()) {
            root.removeHandler(each);
        }
        boolean color = format.color() == null ? terminal : format.color();
        root.addHandler(
                new LineHandler(
                        out,
                        format.json()
                                ? new JsonLines(hostName)
                                : new HumanLines(
                                        color, format.date(), format.host() ? hostName : null),
                        System::nanoTime));
        Level threshold = julLevel(level);
        root.setLevel(threshold);
        for (Logger quiet : QUIET_LOGGERS) {
            quiet.setLevel(level == LogLevel.DEBUG ? Level.INFO : Level.WARNING);
        }
    }

    private static Level julLevel(LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.SEVERE;
        };
    }

    /** The word that stands for a level in a line: ours, whatever library logged it. */
    static String word(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }
}
