package io.mayastor.cli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.mayastor.cli.text.Json;
import io.mayastor.cli.text.Table;
import java.io.PrintWriter;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shows what the engine said, as the options want it. */
public final class Answer {
    private static final JsonFormat.Printer JSON =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

    /** Any escape, so that a backslash before a u is no start of one; the group is set for ours. */
    private static final Pattern HTML_ESCAPE =
            Pattern.compile("\\\\(?:u(003[cde]|0026|0027)|.)", Pattern.DOTALL);

    private final PrintWriter out;
    private final OutputFormat format;
    private final boolean quiet;

    Answer(PrintWriter out, OutputFormat format, boolean quiet) {
        this.out = out;
        this.format = format;
        this.quiet = quiet;
    }

    /** A list. Says so when it is empty, unless the reader is a program. */
    public void show(MessageOrBuilder message, Supplier<Table> asTable, String whenEmpty) {
        if (format == OutputFormat.json) {
            showJson(message);
            return;
        }
        Table table = asTable.get();
        if (table.isEmpty()) {
            remark(whenEmpty);
        } else {
            out.print(table.toText(!quiet));
            out.flush();
        }
    }

    /** The result of an action: one line that a script can use. */
    public void show(MessageOrBuilder message, Supplier<String> asLine) {
        if (format == OutputFormat.json) {
            showJson(message);
        } else {
            out.println(asLine.get());
            out.flush();
        }
    }

    /** What the command itself found out, a line or more in either form. */
    public void show(Supplier<Json> asJson, Supplier<String> asText) {
        out.println(format == OutputFormat.json ? asJson.get() : asText.get().stripTrailing());
        out.flush();
    }

    /** Something a person likes to read and a script does not need. */
    public void remark(String text) {
        if (!quiet && format == OutputFormat.table) {
            out.println(text);
            out.flush();
        }
    }

    /** Without the escapes by which the printer makes its text fit for HTML. */
    static String plain(String json) {
        return HTML_ESCAPE
                .matcher(json)
                .replaceAll(found -> {
                    String code = found.group(1);
                    return Matcher.quoteReplacement(
                            code == null
                                    ? found.group()
                                    : Character.toString(Integer.parseInt(code, 16)));
                });
    }

    private void showJson(MessageOrBuilder message) {
        try {
            out.println(plain(JSON.print(message)));
            out.flush();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("message can not be shown as JSON", e);
        }
    }
}
