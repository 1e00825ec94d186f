package io.mayastor.cli;

import picocli.CommandLine.Command;

/** {@code mayastor host …}: the engine's process on its node. */
@Command(
        name = "host",
        synopsisSubcommandLabel = "COMMAND",
        description = "Show what the engine's process uses.",
        subcommands = ResourceCommand.class)
final class HostCommand extends Group {}
