package io.mayastor.server.grpc;

import io.mayastor.api.v1.BlockDevice;
import io.mayastor.api.v1.NvmeController;
import io.mayastor.api.v1.NvmeControllerIoStats;
import io.mayastor.api.v1.NvmeControllerState;
import io.mayastor.engine.initiator.ControllerState;
import io.mayastor.engine.initiator.IoStatistics;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.server.host.HostBlockDevice;

/** Values of the engine as messages of the contract. */
final class Messages {
    private Messages() {}

    static NvmeController of(RemoteDevice device) {
        return NvmeController.newBuilder()
                .setName(device.name())
                .setState(of(device.controller().state()))
                .setSize(device.blockCount() * device.blockSize())
                .setBlkSize(device.blockSize())
                .build();
    }

    static NvmeControllerIoStats of(IoStatistics statistics) {
        return NvmeControllerIoStats.newBuilder()
                .setNumReadOps(statistics.readOps())
                .setBytesRead(statistics.readBytes())
                .setNumWriteOps(statistics.writeOps())
                .setBytesWritten(statistics.writeBytes())
                .setNumUnmapOps(statistics.deallocateOps())
                .setBytesUnmapped(statistics.deallocateBytes())
                .build();
    }

    private static NvmeControllerState of(ControllerState state) {
        return switch (state) {
            case NEW -> NvmeControllerState.NEW;
            case CONNECTING -> NvmeControllerState.INITIALIZING;
            case LIVE -> NvmeControllerState.RUNNING;
            case RESETTING, RECONNECTING, FAILED -> NvmeControllerState.FAULTED;
            case CLOSING -> NvmeControllerState.UNCONFIGURING;
            case CLOSED -> NvmeControllerState.UNCONFIGURED;
        };
    }

    static BlockDevice of(HostBlockDevice device) {
        BlockDevice.Builder message =
                BlockDevice.newBuilder()
                        .setDevname("/dev/" + device.name())
                        .setDevtype(device.wholeDisk() ? "disk" : "partition")
                        .setDevmajor(device.major())
                        .setDevminor(device.minor())
                        .setModel(device.model())
                        .setDevpath(device.sysPath())
                        .addAllDevlinks(device.links())
                        .setSize(device.sectors())
                        .setConnectionType(device.connection())
                        .setAvailable(device.available());
        device.rotational().ifPresent(message::setIsRotational);
        device.partition()
                .ifPresent(partition ->
                        message.setPartition(
                                BlockDevice.Partition.newBuilder()
                                        .setParent(partition.parent())
                                        .setNumber(partition.number())
                                        .setName(partition.label())
                                        .setScheme(partition.scheme())
                                        .setTypeid(partition.typeId())
                                        .setUuid(partition.uuid())));
        device.filesystem()
                .ifPresent(filesystem ->
                        message.setFilesystem(
                                BlockDevice.Filesystem.newBuilder()
                                        .setFstype(filesystem.type())
                                        .setLabel(filesystem.label())
                                        .setUuid(filesystem.uuid())
                                        .addAllMountpoints(filesystem.mountPoints())));
        return message.build();
    }
}
