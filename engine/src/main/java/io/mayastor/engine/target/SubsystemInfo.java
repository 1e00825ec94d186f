package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AnaState;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A snapshot of a subsystem for management. */
public record SubsystemInfo(
        String nqn,
        String serialNumber,
        UUID namespaceUuid,
        String deviceName,
        int blockSize,
        long blockCount,
        Set<String> allowedHosts,
        AnaState ana,
        boolean paused,
        List<ControllerInfo> controllers) {
    /**
     * A host's association.
     *
     * @param ioQueues connected I/O queues
     */
    public record ControllerInfo(
            int id, String hostNqn, UUID hostId, int ioQueues, long keepAliveMillis) {}

    static SubsystemInfo of(Subsystem subsystem) {
        Namespace namespace = subsystem.namespace();
        return new SubsystemInfo(
                subsystem.nqn(),
                subsystem.serialNumber(),
                namespace.uuid(),
                namespace.device().name(),
                namespace.device().blockSize(),
                namespace.device().blockCount(),
                subsystem.allowedHosts(),
                subsystem.ana(),
                subsystem.pauses() > 0,
                subsystem.controllers().stream()
                        .map(controller ->
                                new ControllerInfo(
                                        controller.id(),
                                        controller.hostNqn(),
                                        controller.hostId(),
                                        controller.connectedQueues(),
                                        controller.keepAliveMillis()))
                        .toList());
    }
}
