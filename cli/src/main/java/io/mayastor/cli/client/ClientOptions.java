package io.mayastor.cli.client;

import io.mayastor.cli.text.ProgressBar;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Options of every command that talks to an engine. They may stand before the verb too: {@code
 * mayastor -b node2 bdev list}.
 */
public final class ClientOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "HOST[:PORT]",
            description = "Engine to talk to. Default: IP_ADDR, else 127.0.0.1, port 10124.")
    private String bind;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table or json. Default: table.")
    private OutputFormat output;

    @Option(
            names = {"-q", "--quiet"},
            description = "No headers, no remarks.")
    private boolean quiet;

    /** What the root command was given, for what this one was not. */
    private ClientOptions root = this;

    public void inherit(ClientOptions fromRoot) {
        root = fromRoot;
    }

    /**
     * @throws picocli.CommandLine.ParameterException when the option names no endpoint
     */
    public Endpoint endpoint() {
        String text = bind == null ? root.bind : bind;
        try {
            return text == null ? Endpoint.ofEnvironment(System::getenv) : Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new picocli.CommandLine.ParameterException(
                    command.commandLine(), e.getMessage(), e);
        }
    }

    public Connection connect() {
        return new Connection(endpoint());
    }

    public Answer answer() {
        return new Answer(command.commandLine().getOut(), format(), quiet || root.quiet);
    }

    /** Shown beside the answer, and only to a person at a terminal. */
    public ProgressBar progress(String what) {
        boolean watched =
                format() == OutputFormat.table
                        && !quiet
                        && !root.quiet
                        && System.console() != null
                        && System.console().isTerminal();
        return new ProgressBar(command.commandLine().getErr(), watched, what);
    }

    private OutputFormat format() {
        OutputFormat format = output == null ? root.output : output;
        return format == null ? OutputFormat.table : format;
    }
}
