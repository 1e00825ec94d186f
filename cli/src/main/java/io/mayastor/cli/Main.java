package io.mayastor.cli;

import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Failures;
import io.mayastor.cli.offline.UnreadableException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
        footer = {
            "",
            "Try it:",
            "  mayastor demo              an engine, a volume and a measurement, all in one",
            "  mayastor engine            run the engine of this node in the foreground",
            "  mayastor pool create p0 /dev/sdb",
            "  mayastor replica create r0 10GiB --pool p0 --thin --share",
            "                             prints the URI a host or `mayastor perf` connects to",
            "  mayastor bdev create 'malloc:///m0?size_mb=256&blk_size=4096'",
            "  mayastor bdev share m0     the same for a device",
            "",
            "Exit codes: 0 done, 1 the engine refused or the work failed, 2 wrong usage or"
                    + " settings,",
            "3 no engine answers. `mayastor COMMAND --help` shows a command's options."
        })
public final class Main implements Runnable {
    /** In the order of the help text. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

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
        System.exit(newCommandLine(args).execute(args));
    }

    /**
     * The command line that understands these arguments; tests give it writers of their own.
     *
     * <p>It knows only the commands that are named in the arguments, or all when none is: to look
     * at all of them costs a third of the time in which an engine starts.
     */
    static CommandLine newCommandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        Set<String> named = new HashSet<>(List.of(args));
        boolean all = COMMANDS.keySet().stream().noneMatch(named::contains);
        COMMANDS.forEach((name, command) -> {
            if (all || named.contains(name)) {
                line.addSubcommand(name, new CommandLine(command.get()));
            }
        });
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setUsageHelpAutoWidth(false);
        line.setAbbreviatedOptionsAllowed(false);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler(Main::failed);
        line.setExecutionStrategy(Main::runLast);
        return line;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("engine", EngineCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("perf", PerfCommand::new);
        commands.put("pool", PoolCommand::new);
        commands.put("replica", ReplicaCommand::new);
        commands.put("snapshot", SnapshotCommand::new);
        commands.put("bdev", BdevCommand::new);
        commands.put("subsystem", SubsystemCommand::new);
        commands.put("portal", PortalCommand::new);
        commands.put("controller", ControllerCommand::new);
        commands.put("device", DeviceCommand::new);
        commands.put("host", HostCommand::new);
        commands.put("info", InfoCommand::new);
        return commands;
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
        line.getErr().println("mayastor: " + text(e));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
        line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        line.getErr().flush();
        return Failures.USAGE;
    }

    /** Without the number that picocli gives an argument it does not know. */
    private static String text(ParameterException e) {
        return e instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.isUnknownOption()
                ? "what is '" + String.join(" ", unmatched.getUnmatched()) + "'?"
                : e.getMessage();
    }

    private static int failed(Exception e, CommandLine line, ParseResult parsed) {
        String text = "mayastor: " + Failures.line(e);
        line.getErr().println(text);
        line.getErr().flush();
        return e instanceof UsageException || e instanceof UnreadableException
                ? Failures.USAGE
                : Failures.exitCode(e);
    }

    /** The version that the build wrote into the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"mayastor " + io.mayastor.server.node.Version.TEXT};
        }
    }
}
