package io.mayastor.server.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One JSON object per line: {@code {"hostname":…, "level":…, "timestamp":…(RFC 2822), "target":…,
 * "fields":{"message":…}}}; a stack trace is the field {@code error}.
 */
final class JsonLines extends Formatter {
    private final String hostName;

    JsonLines(String hostName) {
        this.hostName = hostName;
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"hostname\":");
        appendString(json, hostName);
        json.append(",\"level\":");
        appendString(json, Logging.word(record.getLevel()));
        json.append(",\"timestamp\":");
        appendString(
                json,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        record.getInstant().atOffset(ZoneOffset.UTC)));
        json.append(",\"target\":");
        appendString(json, HumanLines.target(record.getLoggerName()));
        json.append(",\"fields\":{\"message\":");
        appendString(json, String.valueOf(formatMessage(record)));
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            json.append(",\"error\":");
            appendString(json, trace.toString());
        }
        return json.append("}}\n").toString();
    }

    /** A string of RFC 8259. */
    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20) {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
