package io.mayastor.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command line in this process and keeps what it wrote. */
record Shell(int exitCode, String out, String err) {
    static Shell run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.newCommandLine(arguments);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return new Shell(line.execute(arguments), out.toString(), err.toString());
    }

    /** The output of a command that must succeed. */
    static String outputOf(String... arguments) {
        Shell shell = run(arguments);
        if (shell.exitCode != 0) {
            throw new AssertionError(
                    String.join(" ", arguments)
                            + " ended with "
                            + shell.exitCode
                            + ": "
                            + shell.err);
        }
        return shell.out;
    }
}
