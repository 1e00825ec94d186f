package io.mayastor.cli;

import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Failures;
import io.mayastor.cli.offline.CheckReport;
import io.mayastor.cli.offline.OfflinePool;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mayastor pool check}: asks the disks, no engine. */
@Command(
        name = "check",
        description = {
            "Prove every invariant of a pool that no engine has open. Writes nothing.",
            "Name all of its disks, in any order."
        },
        footer = {
            "",
            "Exit codes: 0 every invariant holds, 1 there are problems, 2 the disks can not be read"
                    + " as a pool."
        })
final class PoolCheckCommand implements Callable<Integer> {
    @Mixin private ClientOptions client;

    @Parameters(arity = "1..*", paramLabel = "DISK", description = "File or disk of the pool.")
    private List<String> disks;

    @Override
    public Integer call() {
        try (OfflinePool pool = OfflinePool.open(disks)) {
            CheckReport report = CheckReport.of(pool);
            client.answer().show(report::json, report::text);
            return report.isSound() ? Failures.OK : Failures.REFUSED;
        }
    }
}
