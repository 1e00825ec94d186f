package io.mayastor.cli;

import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Failures;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point of {@code mayastor}: parses the arguments and hands over to the verb. */
@Command(
        name = "mayastor",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A storage data-plane engine: block devices over NVMe/TCP.",
        subcommands = {
            EngineCommand.class,
            DemoCommand.class,
            PerfCommand.class,
            BdevCommand.class,
            SubsystemCommand.class,
            PortalCommand.class,
            ControllerCommand.class,
            DeviceCommand.class,
            HostCommand.class,
            InfoCommand.class
        },
        footer = {
            "",
            "Try it:",
            "  mayastor demo              an engine, a volume and a measurement, all in one",
            "  mayastor engine            run the engine of this node in the foreground",
            "  mayastor bdev create 'malloc:///m0?size_mb=256&blk_size=4096'",
            "  mayastor bdev share m0     prints the URI a host or `mayastor perf` connects to",
            "",
            "Exit codes: 0 done, 1 the engine refused or the work failed, 2 wrong usage or"
                    + " settings,",
            "3 no engine answers. `mayastor COMMAND --help` shows a command's options."
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    @Mixin private ClientOptions client;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    /** Runs the command and ends the process with its exit code, see {@link Failures}. */
    public static void main(String[] args) {
        int code = newCommandLine().execute(args);
        // The engine's ordered stop runs in a shutdown hook, after which this code stands.
        System.exit(code);
    }

    /** The whole command, for {@link #main} and for tests that give it writers of their own. */
    public static CommandLine newCommandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setUsageHelpAutoWidth(false);
        line.setAbbreviatedOptionsAllowed(false);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler(Main::failed);
        line.setExecutionStrategy(Main::runLast);
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int runLast(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        Main main = parsed.commandSpec().commandLine().getCommand();
        for (Object mixin :
                last.commandSpec().mixins().values().stream()
                        .map(CommandSpec::userObject)
                        .toList()) {
            if (mixin instanceof ClientOptions options && options != main.client) {
                options.inherit(main.client);
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int misused(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        line.getErr().println("mayastor: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
        line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        line.getErr().flush();
        return Failures.USAGE;
    }

    private static int failed(Exception e, CommandLine line, ParseResult parsed) {
        String text = "mayastor: " + Failures.line(e);
        line.getErr().println(text);
        line.getErr().flush();
        return e instanceof UsageException ? Failures.USAGE : Failures.exitCode(e);
    }

    /** The version that the build wrote into the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"mayastor " + io.mayastor.server.node.Version.TEXT};
        }
    }
}
