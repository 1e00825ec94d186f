package io.mayastor.cli.text;

import java.util.Locale;
import java.util.function.Consumer;

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

    public Json field(String name, String value) {
        return name(name).value(value);
    }

    /** A list whose elements the body writes, each as one value or object. */
    public <T> Json array(String name, Iterable<T> elements, Consumer<T> each) {
        name(name);
        text.append('[');
        depth++;
        boolean empty = true;
        for (T element : elements) {
            text.append(empty ? "" : ",");
            empty = false;
            newLine();
            each.accept(element);
        }
        depth--;
        if (!empty) {
            newLine();
        }
        text.append(']');
        first = false;
        return this;
    }

    /** A number, a truth value, null, or the text of anything else. */
    public Json value(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
            return this;
        }
        text.append('"');
        value.toString().chars().forEach(this::character);
        text.append('"');
        return this;
    }

    private void character(int c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append((char) c);
        } else if (c < ' ') {
            text.append("\\u%04x".formatted(c));
        } else {
            text.append((char) c);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void newLine() {
        text.append('\n').append(INDENT.repeat(depth));
    }
}
