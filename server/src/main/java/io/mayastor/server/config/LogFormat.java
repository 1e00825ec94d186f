package io.mayastor.server.config;

/**
 * How a log line looks.
 *
 * @param json one JSON object per line
 * @param color level in colour; null: when the output is a terminal
 * @param date false: time of day only
 * @param host with the host name in front
 */
public record LogFormat(boolean json, Boolean color, boolean date, boolean host) {
    public static final LogFormat DEFAULT = new LogFormat(false, null, true, false);
    static final String ALLOWED =
            "a comma list of default, compact, json, color, nocolor, date, nodate, host, nohost";

    /** Null when a word is unknown. */
    static LogFormat parse(String text) {
        LogFormat format = DEFAULT;
        for (String word : text.split(",", -1)) {
            format = format.with(word.strip());
            if (format == null) {
                return null;
            }
        }
        return format;
    }

    private LogFormat with(String word) {
        return switch (word) {
            case "default" -> new LogFormat(false, color, date, host);
            case "compact" -> new LogFormat(false, color, false, false);
            case "json" -> new LogFormat(true, color, date, host);
            case "color" -> new LogFormat(json, true, date, host);
            case "nocolor" -> new LogFormat(json, false, date, host);
            case "date" -> new LogFormat(json, color, true, host);
            case "nodate" -> new LogFormat(json, color, false, host);
            case "host" -> new LogFormat(json, color, date, true);
            case "nohost" -> new LogFormat(json, color, date, false);
            default -> null;
        };
    }
}
