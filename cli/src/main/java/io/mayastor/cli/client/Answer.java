package io.mayastor.cli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.mayastor.cli.text.Table;
import java.io.PrintWriter;
import java.util.function.Supplier;

/** Shows what the engine said, as the options want it. */
public final class Answer {
    private static final JsonFormat.Printer JSON =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

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

    /** Something a person likes to read and a script does not need. */
    public void remark(String text) {
        if (!quiet && format == OutputFormat.table) {
            out.println(text);
            out.flush();
        }
    }

    private void showJson(MessageOrBuilder message) {
        try {
            out.println(JSON.print(message));
            out.flush();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("message can not be shown as JSON", e);
        }
    }
}
