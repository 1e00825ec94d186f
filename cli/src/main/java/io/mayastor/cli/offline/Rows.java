package io.mayastor.cli.offline;

import io.mayastor.cli.text.Json;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows of named values, for people a table, for programs a list of objects. */
final class Rows {
    private final String[] names;
    private final boolean[] numbers;
    private final List<Object[]> rows = new ArrayList<>();

    /** A value that people see otherwise than programs do. */
    private record Shown(Object value, String text) {}

    /**
     * @param names of the columns, in lower case; those with {@code >} before them are numbers
     */
    Rows(String... names) {
        this.names = new String[names.length];
        numbers = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            numbers[i] = names[i].startsWith(">");
            this.names[i] = numbers[i] ? names[i].substring(1) : names[i];
        }
    }

    /** People see a size with its unit. */
    static Object bytes(long bytes) {
        return new Shown(bytes, Sizes.format(bytes));
    }

    /** People see how deep it stands in a tree. */
    static Object indented(int depth, Object value) {
        return new Shown(value, "  ".repeat(depth) + value);
    }

    void add(Object... values) {
        if (values.length != names.length) {
            throw new IllegalArgumentException(Arrays.toString(values));
        }
        rows.add(values);
    }

    Table table() {
        String[] headers = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            headers[i] = (numbers[i] ? ">" : "") + names[i].toUpperCase(Locale.ROOT);
        }
        Table table = new Table(headers);
        for (Object[] row : rows) {
            table.add(Arrays.stream(row).map(Rows::text).toArray());
        }
        return table;
    }

    private static Object text(Object value) {
        if (value instanceof Shown shown) {
            return shown.text;
        }
        if (value instanceof Boolean truth) {
            return truth ? "yes" : "no";
        }
        return value == null ? "" : value;
    }

    void json(Json json, String name) {
        json.array(
                name,
                rows,
                row ->
                        json.object(() -> {
                            for (int i = 0; i < names.length; i++) {
                                Object value = row[i] instanceof Shown shown ? shown.value : row[i];
                                json.name(names[i]).value(value);
                            }
                        }));
    }
}
