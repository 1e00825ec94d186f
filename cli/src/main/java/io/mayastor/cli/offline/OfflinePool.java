package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.DiskRead;
import io.mayastor.engine.pool.metadata.JournalWatcher;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadMemory;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.PoolLoader;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.LinuxKernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The disks of a pool, opened together and only read, in the order that their labels tell. */
public final class OfflinePool implements AutoCloseable {
    /** How the loader names a disk; here its number is also that of the list. */
    private static final Pattern DISK = Pattern.compile("^disk (\\d+)\\b");

    private final List<OfflineDisk> disks = new ArrayList<>();
    private final List<String> failedReads = new ArrayList<>();
    private final LoadMemory memory = new LoadMemory();

    private OfflinePool() {}

    /**
     * Opens the disks.
     *
     * @param names paths or URIs
     * @throws UnreadableException when one is missing or in use
     */
    public static OfflinePool open(List<String> names) {
        OfflinePool pool = new OfflinePool();
        try {
            Kernel kernel = new LinuxKernel();
            for (String name : names) {
                OfflineDisk disk = OfflineDisk.open(name, kernel);
                pool.disks.add(disk);
                if (disk.isBusy()) {
                    throw new UnreadableException(busy(disk));
                }
            }
            pool.disks.sort(Comparator.comparingInt(OfflinePool::index));
            return pool;
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static String busy(OfflineDisk disk) {
        Label label = disk.labels().newest();
        if (label == null) {
            return disk + " is mounted or used by another process";
        }
        return "%s is open: pool \"%s\" is in use%s; export it or stop that engine first"
                .formatted(
                        disk,
                        label.poolName(),
                        label.owner().isEmpty() ? "" : " by node \"" + label.owner() + "\"");
    }

    private static int index(OfflineDisk disk) {
        Label label = disk.labels().newest();
        return label == null ? Label.MAX_DISKS : label.diskIndex();
    }

    List<OfflineDisk> disks() {
        return disks;
    }

    /** The newest label of all disks, or null. */
    Label label() {
        return disks.stream()
                .map(disk -> disk.labels().newest())
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(Label::generation))
                .orElse(null);
    }

    /** Reads that failed; another copy may have helped. */
    List<String> failedReads() {
        return failedReads;
    }

    /**
     * Loads the pool as an engine would; its metadata belongs to the caller.
     *
     * @throws LoadException when what the disks hold contradicts itself
     * @throws UnreadableException when they are not all disks of one pool of a format known here
     */
    LoadedPool load(JournalWatcher watcher) {
        long[] bytes = disks.stream().mapToLong(OfflineDisk::bytes).toArray();
        PoolLoader loader = new PoolLoader(bytes, LoadOptions.ANY, memory);
        loader.watchJournal(watcher);
        try {
            for (List<DiskRead> reads = loader.next(); !reads.isEmpty(); reads = loader.next()) {
                reads.forEach(this::read);
            }
            return loader.result();
        } catch (LoadException e) {
            throw switch (e.kind()) {
                case CORRUPT -> e;
                case NO_LABEL, FOREIGN_DISK -> unreadable(e, named(e.problems()));
                case MISSING_DISK -> unreadable(e, e.problems());
            };
        }
    }

    private static UnreadableException unreadable(LoadException cause, List<String> problems) {
        return new UnreadableException(String.join("\n  ", problems), cause);
    }

    private void read(DiskRead read) {
        OfflineDisk disk = disks.get(read.disk());
        try {
            disk.read(read.offset(), read.address(), read.length());
        } catch (IOException e) {
            failedReads.add(
                    "disk %d: %d bytes at %d can not be read: %s"
                            .formatted(read.disk(), read.length(), read.offset(), e.getMessage()));
            read.fail();
        }
    }

    /** What the loader says of disks, with their paths. */
    List<String> named(List<String> texts) {
        return texts.stream().map(this::named).collect(Collectors.toList());
    }

    String named(String text) {
        Matcher found = DISK.matcher(text);
        if (!found.find() || Integer.parseInt(found.group(1)) >= disks.size()) {
            return text;
        }
        OfflineDisk disk = disks.get(Integer.parseInt(found.group(1)));
        return found.group() + " (" + disk + ")" + text.substring(found.end());
    }

    @Override
    public void close() {
        disks.forEach(OfflineDisk::close);
        memory.close();
    }
}
