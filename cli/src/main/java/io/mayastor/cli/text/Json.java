package io.mayastor.cli.text;

import java.util.Locale;

/** Writes one JSON object, indented; names are plain words. Used once. */
public final class Json {
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();
    private int depth;
    private boolean first = true;

    /** An object whose fields the body writes. */
    public Json object(Runnable body) {
        text.append('{');
        depth++;
        first = true;
        body.run();
        depth--;
        newLine();
        text.append('}');
        first = false;
        return this;
    }

    /** Starts a field; its value comes next. */
    public Json name(String name) {
        if (!first) {
            text.append(',');
        }
        first = false;
        newLine();
        text.append('"').append(name).append("\": ");
        return this;
    }

    public Json field(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    public Json field(String name, double value) {
        name(name);
        text.append(String.format(Locale.ROOT, "%.3f", value));
        return this;
    }

    /**
     * @param value without characters that JSON escapes
     */
    public Json field(String name, String value) {
        name(name);
        text.append('"').append(value).append('"');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void newLine() {
        text.append('\n').append(INDENT.repeat(depth));
    }
}
