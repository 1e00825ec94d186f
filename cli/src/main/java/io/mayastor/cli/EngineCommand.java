package io.mayastor.cli;

import io.mayastor.cli.client.Failures;
import io.mayastor.server.config.ConfigReader;
import io.mayastor.server.config.InvalidConfigException;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.NodeConfig;
import io.mayastor.server.config.Setting;
import io.mayastor.server.node.EngineProcess;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayastor engine}: runs the engine of this node until it is told to stop. */
@Command(
        name = "engine",
        modelTransformer = EngineCommand.SettingsAsOptions.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Run the engine of this node in the foreground.",
            "Every setting can be a variable too, named in brackets; a flag wins."
        })
final class EngineCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "GRPC_IP",
            description = "The same as --grpc-ip.")
    private String grpcIp;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "GRPC_PORT",
            description = "The same as --grpc-port.")
    private String grpcPort;

    @Override
    public Integer call() throws Exception {
        NodeConfig config;
        try {
            config = ConfigReader.read(flags(), System::getenv, new LinuxMachine());
        } catch (InvalidConfigException e) {
            e.mistakes()
                    .forEach(
                            mistake -> spec.commandLine().getErr().println("mayastor: " + mistake));
            spec.commandLine().getErr().flush();
            return Failures.USAGE;
        }
        EngineProcess.run(config);
        return Failures.OK;
    }

    private Map<Setting, String> flags() {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        if (grpcIp != null) {
            flags.put(Setting.GRPC_IP, grpcIp);
        }
        if (grpcPort != null) {
            flags.put(Setting.GRPC_PORT, grpcPort);
        }
        for (Setting setting : Setting.values()) {
            Object value = spec.findOption(setting.flags().getFirst()).getValue();
            if (value instanceof String text) {
                flags.put(setting, text);
            } else if (Boolean.TRUE.equals(value)) {
                flags.put(setting, "");
            }
        }
        return flags;
    }

    /** Makes one option of each {@link Setting}; those without effect are named in the footer. */
    static final class SettingsAsOptions implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            for (Setting setting : Setting.values()) {
                command.addOption(optionOf(setting));
            }
            String unused =
                    Arrays.stream(Setting.values())
                            .filter(Setting::isAccepted)
                            .map(setting -> setting.flags().getFirst())
                            .collect(Collectors.joining(" "));
            command.usageMessage()
                    .footer(
                            "",
                            "Accepted without effect, for existing command lines:",
                            "  " + unused,
                            "",
                            "Example:",
                            "  NODE_NAME=node1 IP_ADDR=192.168.1.5 mayastor engine -l 2,3");
            return command;
        }

        private static OptionSpec optionOf(Setting setting) {
            OptionSpec.Builder option =
                    OptionSpec.builder(setting.flags().toArray(String[]::new))
                            .description(setting.description())
                            .hidden(setting.isAccepted());
            if (setting.takesValue()) {
                option.type(String.class).arity("1").paramLabel(setting.placeholder());
            } else {
                option.type(Boolean.class).arity("0");
            }
            return option.build();
        }
    }
}
