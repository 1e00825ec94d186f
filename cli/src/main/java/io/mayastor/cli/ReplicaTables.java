package io.mayastor.cli;

import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.ReplicaSpaceUsage;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.api.v1.SnapshotInfo;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.time.Instant;
import java.util.List;

/** Replicas, clones and snapshots as tables. */
final class ReplicaTables {
    private ReplicaTables() {}

    static Table of(List<Replica> replicas) {
        Table table =
                new Table(
                        "POOL",
                        "NAME",
                        "UUID",
                        "THIN",
                        "SHARE",
                        ">SIZE",
                        ">CAP",
                        ">ALLOC",
                        "URI",
                        "IS_SNAPSHOT",
                        "IS_CLONE",
                        ">SNAP_ANCESTOR_SIZE",
                        ">CLONE_SNAP_ANCESTOR_SIZE");
        for (Replica each : replicas) {
            ReplicaSpaceUsage usage = each.getUsage();
            table.add(
                    each.getPoolname(),
                    each.getName(),
                    each.getUuid(),
                    yes(each.getThin()),
                    each.getShare() == ShareProtocol.NVMF ? "nvmf" : "none",
                    Sizes.format(each.getSize()),
                    Sizes.format(usage.getCapacityBytes()),
                    Sizes.format(usage.getAllocatedBytes()),
                    each.getUri(),
                    yes(each.getIsSnapshot()),
                    yes(each.getIsClone()),
                    Sizes.format(usage.getAllocatedBytesSnapshots()),
                    usage.hasAllocatedBytesSnapshotFromClone()
                            ? Sizes.format(usage.getAllocatedBytesSnapshotFromClone())
                            : "-");
        }
        return table;
    }

    static Table ofSnapshots(List<SnapshotInfo> snapshots) {
        Table table =
                new Table(
                        "POOL",
                        "NAME",
                        "UUID",
                        "SOURCE",
                        ">SOURCE_SIZE",
                        ">SIZE",
                        ">REFERENCED",
                        ">CLONES",
                        "DISCARDED",
                        "CREATED",
                        "ENTITY_ID",
                        "TXN_ID");
        for (SnapshotInfo each : snapshots) {
            table.add(
                    each.getPoolName(),
                    each.getSnapshotName(),
                    each.getSnapshotUuid(),
                    each.getSourceUuid().isEmpty() ? "-" : each.getSourceUuid(),
                    Sizes.format(each.getSourceSize()),
                    Sizes.format(each.getSnapshotSize()),
                    Sizes.format(each.getReferencedBytes()),
                    each.getNumClones(),
                    yes(each.getDiscardedSnapshot()),
                    Instant.ofEpochSecond(each.getTimestamp().getSeconds()),
                    each.getEntityId(),
                    each.getTxnId());
        }
        return table;
    }

    private static String yes(boolean holds) {
        return holds ? "yes" : "no";
    }
}
