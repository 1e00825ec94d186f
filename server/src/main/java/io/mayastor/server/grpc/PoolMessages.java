package io.mayastor.server.grpc;

import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolAlert;
import io.mayastor.api.v1.PoolAlertStatus;
import io.mayastor.api.v1.PoolAlerts;
import io.mayastor.api.v1.PoolErrors;
import io.mayastor.api.v1.PoolMetadataInfo;
import io.mayastor.api.v1.PoolState;
import io.mayastor.api.v1.PoolType;
import io.mayastor.engine.pool.DiskInfo;
import io.mayastor.engine.pool.DiskInfo.Alert;
import io.mayastor.engine.pool.PoolInfo;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Pools as messages of the contract. */
final class PoolMessages {
    private PoolMessages() {}

    static Pool of(PoolInfo pool) {
        return Pool.newBuilder()
                .setUuid(pool.uuid().toString())
                .setName(pool.name())
                .addAllDisks(pool.disks().stream().map(DiskInfo::uri).toList())
                .setState(of(pool.state()))
                .setCapacity(pool.capacityBytes())
                .setUsed(pool.usedBytes())
                .setPooltype(PoolType.Lvs)
                .setCommitted(pool.committedBytes())
                .setClusterSize(pool.clusterBytes())
                .setPageSize(pool.blockBytes())
                .setDiskCapacity(pool.diskCapacityBytes())
                .setMdInfo(
                        PoolMetadataInfo.newBuilder()
                                .setMdPageSize(pool.metadataPageBytes())
                                .setMdPages(pool.metadataPages())
                                .setMdUsedPages(pool.metadataPagesUsed()))
                .setEncrypted(false)
                // Nothing is set aside for growth, so nothing limits it but the disks.
                .setMaxExpandableSize(pool.diskCapacityBytes())
                .addAllDiskInfo(pool.disks().stream().map(PoolMessages::of).toList())
                .setErrors(errors(pool.disks()))
                .build();
    }

    static PoolState of(io.mayastor.engine.pool.PoolState state) {
        return switch (state) {
            case ONLINE -> PoolState.POOL_ONLINE;
            case DEGRADED -> PoolState.POOL_DEGRADED;
            case SUSPECTED -> PoolState.POOL_SUSPECTED;
            case FAULTED -> PoolState.POOL_FAULTED;
        };
    }

    private static io.mayastor.api.v1.DiskInfo of(DiskInfo disk) {
        return io.mayastor.api.v1.DiskInfo.newBuilder()
                .setUri(disk.uri())
                .setErrors(errors(List.of(disk)))
                .build();
    }

    /** Those of several disks together: counters added, alerts of any, the lowest thresholds. */
    private static PoolErrors errors(Collection<DiskInfo> disks) {
        Set<Alert> alerts = EnumSet.noneOf(Alert.class);
        disks.forEach(each -> alerts.addAll(each.alerts()));
        return PoolErrors.newBuilder()
                .setAlerts(alerts(alerts))
                .setIoErrorCount(sum(disks, DiskInfo::ioErrors))
                .setIoErrorThreshold(least(disks, DiskInfo::ioErrorThreshold))
                .setIoStalled(disks.stream().anyMatch(DiskInfo::stalled))
                .setIoStallTransitionCount(sum(disks, DiskInfo::stalls))
                .setIoStallTransitionThreshold(least(disks, DiskInfo::stallThreshold))
                .build();
    }

    private static PoolAlerts alerts(Set<Alert> alerts) {
        PoolAlerts.Builder message = PoolAlerts.newBuilder().setStatus(PoolAlertStatus.Healthy);
        for (Alert each : alerts) {
            switch (each) {
                case IO_STALL_INTERMITTENT -> message.addAttention(PoolAlert.IoStallIntermittent);
                case IO_ERROR -> message.addAttention(PoolAlert.IoError);
                case IO_STALL_INTERMITTENT_EXCEEDED ->
                        message.addWarning(PoolAlert.IoStallIntermittentExc);
                case IO_ERROR_EXCEEDED -> message.addWarning(PoolAlert.IoErrorExc);
                case IO_STALLED -> message.addCritical(PoolAlert.IoStalled);
            }
        }
        if (message.getCriticalCount() > 0) {
            message.setStatus(PoolAlertStatus.Critical);
        } else if (message.getWarningCount() > 0) {
            message.setStatus(PoolAlertStatus.Warning);
        } else if (message.getAttentionCount() > 0) {
            message.setStatus(PoolAlertStatus.Attention);
        }
        return message.build();
    }

    private static long sum(Collection<DiskInfo> disks, ToLongFunction<DiskInfo> value) {
        return disks.stream().mapToLong(value).sum();
    }

    private static long least(Collection<DiskInfo> disks, ToLongFunction<DiskInfo> value) {
        return disks.stream().mapToLong(value).min().orElse(0);
    }
}
