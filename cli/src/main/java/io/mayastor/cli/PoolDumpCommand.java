package io.mayastor.cli;

import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Failures;
import io.mayastor.cli.offline.OfflinePool;
import io.mayastor.cli.offline.PoolDump;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor pool dump}: asks the disks, no engine. */
@Command(
        name = "dump",
        description = {
            "Show what is on the disks of a pool that no engine has open. Writes nothing.",
            "Name all of its disks, in any order."
        },
        footer = {
            "",
            "Exit codes: 0 all was read, 1 it contradicts itself, 2 the disks can not be read as a"
                    + " pool."
        })
final class PoolDumpCommand implements Callable<Integer> {
    @Mixin private ClientOptions client;

    @Parameters(arity = "1..*", paramLabel = "DISK", description = "File or disk of the pool.")
    private List<String> disks;

    @Option(
            names = "--layer",
            paramLabel = "LAYER",
            description = "Also the map of a replica or snapshot: its layer number, UUID or name.")
    private String layer;

    @Option(
            names = "--journal",
            description = "Also the records of the journal since the checkpoint.")
    private boolean journal;

    @Override
    public Integer call() {
        try (OfflinePool pool = OfflinePool.open(disks)) {
            PoolDump dump = PoolDump.of(pool, layer, journal);
            client.answer().show(dump::json, dump::text);
            return dump.isWhole() ? Failures.OK : Failures.REFUSED;
        }
    }
}
