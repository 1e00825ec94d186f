package io.mayastor.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that needs a second one, such as {@code bdev list}. */
abstract class Group implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public final void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one? "
                        + spec.qualifiedName()
                        + " "
                        + String.join(" | ", spec.subcommands().keySet()));
    }
}
