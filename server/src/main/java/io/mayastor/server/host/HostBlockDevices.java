package io.mayastor.server.host;

import io.mayastor.server.host.HostBlockDevice.Filesystem;
import io.mayastor.server.host.HostBlockDevice.Partition;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lists the disks and partitions of the node. Any thread; reads everything anew at each call. */
public final class HostBlockDevices {
    /** Partition types that hold data of Linux: GPT "Linux filesystem data" and MBR 0x83. */
    private static final Set<String> LINUX_TYPES =
            Set.of("0fc63daf-8483-4772-8e79-3d69d8477de4", "0x83");

    /** Our own volumes, seen by a host that has connected to them, must not become pool disks. */
    private static final String OUR_MODEL = "Mayastor NVMe controller";

    private static final Comparator<HostBlockDevice> BY_NAME =
            Comparator.comparing(HostBlockDevice::name);

    private final Path sys;
    private final Path proc;
    private final Path udevData;

    /** Of the machine this runs on. */
    public HostBlockDevices() {
        this(Path.of("/sys"), Path.of("/proc"), Path.of("/run/udev/data"));
    }

    HostBlockDevices(Path sys, Path proc, Path udevData) {
        this.sys = sys;
        this.proc = proc;
        this.udevData = udevData;
    }

    /**
     * @param all false: only those a pool could take
     */
    public List<HostBlockDevice> list(boolean all) throws IOException {
        Mounts mounts = Mounts.read(proc);
        List<HostBlockDevice> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(sys.resolve("class/block"))) {
            for (Path entry : entries) {
                describe(entry, mounts)
                        .filter(each -> all || each.available())
                        .ifPresent(found::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        found.sort(BY_NAME);
        return found;
    }

    /** Empty when the device vanished meanwhile. */
    private Optional<HostBlockDevice> describe(Path entry, Mounts mounts) {
        Optional<String> numbers = read(entry.resolve("dev"));
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = numbers.get().split(":");
        int major = Integer.parseInt(parts[0]);
        int minor = Integer.parseInt(parts[1]);
        String name = entry.getFileName().toString();
        UdevRecord udev = UdevRecord.read(udevData, major, minor);
        Path real = realPath(entry);
        boolean partitioned = Files.exists(real.resolve("partition"));
        Path disk = partitioned ? real.getParent() : real;
        long sectors = read(entry.resolve("size")).map(Long::parseLong).orElse(0L);
        Optional<Partition> partition =
                partitioned ? Optional.of(partition(real, udev)) : Optional.empty();
        Optional<Filesystem> filesystem = filesystem(udev, mounts.of(major, minor));
        String model = model(disk, udev);
        boolean available =
                isUsableMajor(major)
                        && sectors > 0
                        && filesystem.isEmpty()
                        && !mounts.swapPaths().contains("/dev/" + name)
                        && !model.equals(OUR_MODEL)
                        && partition.map(HostBlockDevices::isForLinux).orElse(true)
                        && isEmptyDirectory(real.resolve("holders"))
                        && !hasPartitions(real);
        return Optional.of(
                new HostBlockDevice(
                        name,
                        !partitioned,
                        major,
                        minor,
                        model,
                        "/" + realPath(sys).relativize(real),
                        udev.links(),
                        sectors,
                        partition,
                        filesystem,
                        connection(name, real, udev),
                        read(disk.resolve("queue/rotational")).map("1"::equals),
                        available));
    }

    private static Partition partition(Path real, UdevRecord udev) {
        return new Partition(
                "/dev/" + real.getParent().getFileName(),
                read(real.resolve("partition")).map(Integer::parseInt).orElse(0),
                udev.get("ID_PART_ENTRY_NAME"),
                udev.get("ID_PART_ENTRY_SCHEME"),
                udev.get("ID_PART_ENTRY_TYPE"),
                udev.get("ID_PART_ENTRY_UUID"));
    }

    private static Optional<Filesystem> filesystem(UdevRecord udev, List<Mounts.Mount> mounts) {
        String type = udev.get("ID_FS_TYPE");
        if (type.isEmpty() && mounts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Filesystem(
                        type.isEmpty() ? mounts.getFirst().type() : type,
                        udev.get("ID_FS_LABEL"),
                        udev.get("ID_FS_UUID"),
                        mounts.stream().map(Mounts.Mount::point).distinct().toList()));
    }

    private static String model(Path disk, UdevRecord udev) {
        String fromKernel = read(disk.resolve("device/model")).orElse("");
        return fromKernel.isEmpty() ? udev.get("ID_MODEL").replace('_', ' ').strip() : fromKernel;
    }

    private static String connection(String name, Path real, UdevRecord udev) {
        String bus = udev.get("ID_BUS");
        if (!bus.isEmpty()) {
            return bus;
        }
        if (name.startsWith("nvme")) {
            return "nvme";
        }
        String path = real.toString();
        return Stream.of("usb", "virtio", "ata", "nbd")
                .filter(each -> path.contains("/" + each))
                .findFirst()
                .orElse("");
    }

    /** SCSI, loop, network, NVMe and the ranges from which drivers get numbers as they load. */
    private static boolean isUsableMajor(int major) {
        return major == 7
                || major == 8
                || major == 43
                || major == 259
                || (major >= 240 && major <= 255);
    }

    private static boolean isForLinux(Partition partition) {
        return partition.typeId().isEmpty() || LINUX_TYPES.contains(partition.typeId());
    }

    private static boolean hasPartitions(Path real) {
        try (Stream<Path> children = Files.list(real)) {
            return children.anyMatch(each -> Files.exists(each.resolve("partition")));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isEmptyDirectory(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
