package io.mayastor.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry point of {@code mayastor}: parses the arguments and hands over to the verb. */
@Command(
        name = "mayastor",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A storage data-plane engine: block devices over NVMe/TCP.")
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    /** Runs the command and ends the process with its exit status: 0 done, 1 failed, 2 misused. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** The version that the build wrote into the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"mayastor " + (version == null ? "(not packaged)" : version)};
        }
    }
}
