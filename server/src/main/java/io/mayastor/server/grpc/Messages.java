package io.mayastor.server.grpc;

import io.mayastor.api.v1.BlockDevice;
import io.mayastor.server.host.HostBlockDevice;

/** Values of the engine as messages of the contract. */
final class Messages {
    private Messages() {}

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
