package io.mayastor.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.server.host.HostBlockDevice.Filesystem;
import io.mayastor.server.host.HostBlockDevice.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists devices of a made-up /sys, /proc and udev data base. */
class HostBlockDevicesTest {
    private static final String LINUX_DATA = "0fc63daf-8483-4772-8e79-3d69d8477de4";

    @TempDir private Path root;

    @BeforeEach
    void emptyMachine() throws IOException {
        Files.createDirectories(root.resolve("sys/class/block"));
    }

    @Test
    void aBlankDiskIsAvailable() throws IOException {
        disk("sdb", "8:16", 2048);
        write("sys/devices/pci0/ata1/sdb/device/model", "QEMU HARDDISK\n");
        write("sys/devices/pci0/ata1/sdb/queue/rotational", "1\n");
        write("udev/b8:16", "S:disk/by-id/b\nS:disk/by-id/a\nE:ID_BUS=ata\n");

        HostBlockDevice disk = list(false).getFirst();

        assertEquals(
                new HostBlockDevice(
                        "sdb",
                        true,
                        8,
                        16,
                        "QEMU HARDDISK",
                        "/devices/pci0/ata1/sdb",
                        List.of("/dev/disk/by-id/a", "/dev/disk/by-id/b"),
                        2048,
                        Optional.empty(),
                        Optional.empty(),
                        "ata",
                        Optional.of(true),
                        true),
                disk);
    }

    @Test
    void aMountedFilesystemIsShownAndTakesTheDeviceOut() throws IOException {
        disk("sdb", "8:16", 2048);
        write("udev/b8:16", "E:ID_FS_TYPE=ext4\nE:ID_FS_LABEL=data\nE:ID_FS_UUID=u\n");
        write("proc/self/mountinfo", "36 35 8:16 / /mnt/a\\040b rw shared:1 - ext4 /dev/root rw\n");

        assertEquals(List.of(), list(false));
        assertEquals(
                Optional.of(new Filesystem("ext4", "data", "u", List.of("/mnt/a b"))),
                list(true).getFirst().filesystem());
    }

    @Test
    void aPartitionedDiskIsTakenButItsLinuxPartitionIsAvailable() throws IOException {
        disk("sdb", "8:16", 2048);
        partition("sdb", "sdb1", "8:17", 1, LINUX_DATA);
        partition("sdb", "sdb2", "8:18", 2, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

        List<HostBlockDevice> available = list(false);

        assertEquals(List.of("sdb1"), available.stream().map(HostBlockDevice::name).toList());
        assertEquals(
                Optional.of(new Partition("/dev/sdb", 1, "", "gpt", LINUX_DATA, "")),
                available.getFirst().partition());
        assertEquals(3, list(true).size());
    }

    @Test
    void disksThatOthersUseAreNotAvailable() throws IOException {
        disk("sdb", "8:16", 0);
        disk("sdc", "8:32", 2048);
        write("sys/devices/pci0/ata1/sdc/holders/dm-0", "");
        disk("sdd", "8:48", 2048);
        write("proc/swaps", "Filename Type Size Used Priority\n/dev/sdd partition 1 0 -2\n");
        disk("sr0", "11:0", 2048);
        disk("nvme1n1", "259:1", 2048);
        write("sys/devices/pci0/ata1/nvme1n1/device/model", "Mayastor NVMe controller   \n");

        assertEquals(List.of(), list(false));
        assertEquals(5, list(true).size());
    }

    @Test
    void thisProcessHasUsedSomething() {
        assertTrue(ProcessUsage.now().softFaults() > 0);
    }

    private List<HostBlockDevice> list(boolean all) throws IOException {
        return new HostBlockDevices(root.resolve("sys"), root.resolve("proc"), root.resolve("udev"))
                .list(all);
    }

    private void disk(String name, String numbers, long sectors) throws IOException {
        device("sys/devices/pci0/ata1/" + name, name, numbers, sectors);
    }

    private void partition(String disk, String name, String numbers, int number, String type)
            throws IOException {
        String path = "sys/devices/pci0/ata1/" + disk + "/" + name;
        device(path, name, numbers, 1024);
        write(path + "/partition", number + "\n");
        write(
                "udev/b" + numbers,
                "E:ID_PART_ENTRY_SCHEME=gpt\nE:ID_PART_ENTRY_TYPE=" + type + "\n");
    }

    private void device(String path, String name, String numbers, long sectors) throws IOException {
        write(path + "/dev", numbers + "\n");
        write(path + "/size", sectors + "\n");
        Files.createSymbolicLink(root.resolve("sys/class/block/" + name), root.resolve(path));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
