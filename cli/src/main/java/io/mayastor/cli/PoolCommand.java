package io.mayastor.cli;

import picocli.CommandLine.Command;

/** {@code mayastor pool …}. */
@Command(
        name = "pool",
        synopsisSubcommandLabel = "COMMAND",
        description = "Look at pools on disks that no engine has open.",
        subcommands = {PoolCheckCommand.class, PoolDumpCommand.class},
        footer = {"", "Example:", "  mayastor pool check /dev/sdb /dev/sdc"})
final class PoolCommand extends Group {}
