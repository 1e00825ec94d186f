package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.PduHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A snapshot of a subsystem for management.
 *
 * @param bufferedBytes buffers that its I/O commands hold, of {@link TargetOptions#subsystemBytes}
 */
public record SubsystemInfo(
        String nqn,
        String serialNumber,
        String modelNumber,
        int minControllerId,
        int maxControllerId,
        UUID namespaceUuid,
        String deviceName,
        int blockSize,
        long blockCount,
        Set<String> allowedHosts,
        AnaState ana,
        boolean paused,
        long bufferedBytes,
        List<ControllerInfo> controllers) {
    /**
     * A host's association.
     *
     * @param peer other end of the admin connection; empty when it has just gone
     * @param ioQueues connected I/O queues
     */
    public record ControllerInfo(
            int id,
            String hostNqn,
            UUID hostId,
            Optional<InetSocketAddress> peer,
            int ioQueues,
            long keepAliveMillis,
            boolean headerDigest,
            boolean dataDigest) {
        private static ControllerInfo of(Controller controller) {
            Connection admin = controller.admin().connection();
            return new ControllerInfo(
                    controller.id(),
                    controller.hostNqn(),
                    controller.hostId(),
                    peerOf(admin),
                    controller.connectedQueues(),
                    controller.keepAliveMillis(),
                    (admin.digests() & PduHeader.FLAG_HEADER_DIGEST) != 0,
                    admin.hasDataDigest());
        }

        private static Optional<InetSocketAddress> peerOf(Connection connection) {
            try {
                return Optional.of(
                        connection.group().reactor().kernel().remoteAddress(connection.socket()));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    static SubsystemInfo of(Subsystem subsystem) {
        Namespace namespace = subsystem.namespace();
        return new SubsystemInfo(
                subsystem.nqn(),
                subsystem.serialNumber(),
                subsystem.modelNumber(),
                subsystem.controllerIds().first(),
                subsystem.controllerIds().last(),
                namespace.uuid(),
                namespace.device().name(),
                namespace.device().blockSize(),
                namespace.device().blockCount(),
                subsystem.allowedHosts(),
                subsystem.ana(),
                subsystem.pauses() > 0,
                namespace.quota().heldBytes(),
                subsystem.controllers().stream().map(ControllerInfo::of).toList());
    }
}
