package io.mayastor.server.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** {@code 2026-11-03T10:15:30.123Z INFO target: message}, a stack trace indented below it. */
final class HumanLines extends Formatter {
    private static final DateTimeFormatter WITH_DATE = utc("uuuu-MM-dd'T'HH:mm:ss.SSSX");
    private static final DateTimeFormatter TIME_ONLY = utc("HH:mm:ss.SSS");
    private static final String OWN_PACKAGES = "io.mayastor.";

    private final boolean color;
    private final DateTimeFormatter time;
    private final String hostName;

    /**
     * @param hostName put in front of each line, or null
     */
    HumanLines(boolean color, boolean date, String hostName) {
        this.color = color;
        this.time = date ? WITH_DATE : TIME_ONLY;
        this.hostName = hostName;
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        if (hostName != null) {
            line.append(hostName).append(' ');
        }
        time.formatTo(record.getInstant(), line);
        line.append(' ');
        appendLevel(line, record.getLevel());
        String target = target(record.getLoggerName());
        if (!target.isEmpty()) {
            line.append(target).append(": ");
        }
        line.append(onOneLine(formatMessage(record))).append('\n');
        if (record.getThrown() != null) {
            appendTrace(line, record.getThrown());
        }
        return line.toString();
    }

    /** Short name of what logged: our packages without their common part. */
    static String target(String loggerName) {
        if (loggerName == null) {
            return "";
        }
        return loggerName.startsWith(OWN_PACKAGES)
                ? loggerName.substring(OWN_PACKAGES.length())
                : loggerName;
    }

    private void appendLevel(StringBuilder line, Level level) {
        String word = Logging.word(level);
        if (color) {
            line.append(colorOf(word)).append(word).append("\u001b[0m");
        } else {
            line.append(word);
        }
        line.append(" ".repeat(6 - word.length()));
    }

    private static String colorOf(String word) {
        return switch (word) {
            case "ERROR" -> "\u001b[31m";
            case "WARN" -> "\u001b[33m";
            case "INFO" -> "\u001b[32m";
            default -> "\u001b[90m";
        };
    }

    /** A message from the network must not be able to forge a line of the log. */
    private static String onOneLine(String message) {
        if (message == null) {
            return "";
        }
        StringBuilder clean = null;
        for (int i = 0; i < message.length(); i++) {
            if (Character.isISOControl(message.charAt(i))) {
                if (clean == null) {
                    clean = new StringBuilder(message);
                }
                clean.setCharAt(i, ' ');
            }
        }
        return clean == null ? message : clean.toString();
    }

    private static void appendTrace(StringBuilder line, Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        trace.toString().lines().forEach(each -> line.append("    ").append(each).append('\n'));
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
