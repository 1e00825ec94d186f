package io.mayastor.server.host;

import java.util.List;
import java.util.Optional;

/**
 * One disk or partition of the node.
 *
 * @param name as in {@code /dev/NAME}
 * @param sysPath path under {@code /sys}
 * @param links other names under {@code /dev}
 * @param sectors size in units of 512 bytes, whatever its blocks are
 * @param connection how it is attached (ata, scsi, nvme, virtio, usb …), or an empty string
 * @param rotational absent when the kernel does not say
 * @param available whether a pool could take it: nobody uses it and nothing would be overwritten
 */
public record HostBlockDevice(
        String name,
        boolean wholeDisk,
        int major,
        int minor,
        String model,
        String sysPath,
        List<String> links,
        long sectors,
        Optional<Partition> partition,
        Optional<Filesystem> filesystem,
        String connection,
        Optional<Boolean> rotational,
        boolean available) {
    /** Where a partition lies and what its table says of it; unknown texts are empty. */
    public record Partition(
            String parent, int number, String label, String scheme, String typeId, String uuid) {}

    /** What is on a device; unknown texts are empty. */
    public record Filesystem(String type, String label, String uuid, List<String> mountPoints) {}

    public HostBlockDevice {
        links = List.copyOf(links);
    }
}
