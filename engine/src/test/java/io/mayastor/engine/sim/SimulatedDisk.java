package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A file or block device: what readers see, what is durable, and in between the writes that a power
 * cut may lose.
 *
 * <p>A write is visible when it completes. It is durable when it carried DSYNC, or when a flush
 * that was asked for after its completion has succeeded; before that any part of it may or may not
 * be durable, sector by sector. A disk outlives its host: {@link SimulatedKernel#crash} gives the
 * surviving ones to the next kernel.
 */
public final class SimulatedDisk {
    public static final int SECTOR = 512;

    /** Beyond this many the disk writes the oldest back by itself. */
    private static final int UNFLUSHED_LIMIT = 4096;

    private static final int WRITE_BACK = 1024;

    private final boolean blockDevice;
    private final int blockBytes;
    private final SparseBytes durable;
    private SparseBytes visible;
    private long sizeBytes;
    private long durableSizeBytes;
    private DiskProfile profile = DiskProfile.DEFAULT;
    private long sequence;
    private final List<UnflushedWrite> unflushed = new ArrayList<>();
    private final Set<Operation> changesInFlight = new LinkedHashSet<>();
    private final List<FaultRule> faults = new ArrayList<>();
    private DiskObserver observer;
    private OpenFile lockHolder;
    private OpenFile exclusiveHolder;

    private SimulatedDisk(
            boolean blockDevice, int blockBytes, SparseBytes durable, long sizeBytes) {
        this.blockDevice = blockDevice;
        this.blockBytes = blockBytes;
        this.durable = durable;
        this.visible = durable.copy();
        this.sizeBytes = sizeBytes;
        this.durableSizeBytes = sizeBytes;
    }

    /** A regular file, which a write past its end extends. */
    public static SimulatedDisk file(long sizeBytes) {
        return new SimulatedDisk(false, SECTOR, new SparseBytes(), sizeBytes);
    }

    /** A block device of fixed size. */
    public static SimulatedDisk blockDevice(long sizeBytes, int blockBytes) {
        return new SimulatedDisk(true, blockBytes, new SparseBytes(), sizeBytes);
    }

    public SimulatedDisk withProfile(DiskProfile profile) {
        this.profile = profile;
        return this;
    }

    /** Tells the observer all that happens from now on; nothing may be in flight. */
    public void observe(DiskObserver observer) {
        this.observer = observer;
    }

    public DiskProfile profile() {
        return profile;
    }

    public boolean isBlockDevice() {
        return blockDevice;
    }

    public int blockBytes() {
        return blockBytes;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** The disk becomes another size, as a volume that its provider resizes. */
    public void resize(long sizeBytes) {
        this.sizeBytes = sizeBytes;
        this.durableSizeBytes = sizeBytes;
    }

    /** What a reader sees now. */
    public byte[] read(long offset, int lengthBytes) {
        return visible.read(offset, lengthBytes);
    }

    /** What surely survives a power cut now, unless something newer of the same place does. */
    public byte[] readDurable(long offset, int lengthBytes) {
        return durable.read(offset, lengthBytes);
    }

    /** Puts bytes on the disk behind the back of its users: durable and visible at once. */
    public void plant(long offset, byte[] bytes) {
        store(offset, bytes, true);
    }

    /** Completed writes, fallocates and discards that a power cut may still lose. */
    public int unflushedWrites() {
        return unflushed.size();
    }

    /** Unflushed writes and those in flight: the writes that a {@link Survival} is asked about. */
    public int undecidedWrites() {
        return unflushed.size() + changesInFlight.size();
    }

    public void inject(DiskFault fault) {
        faults.add(new FaultRule(fault));
    }

    /** Takes all fault rules away; what they did stays. */
    public void heal() {
        faults.clear();
    }

    /**
     * The disk that is found after a power cut at this instant. This one stays as it is, so that
     * many outcomes of one instant can be looked at.
     */
    public SimulatedDisk afterPowerCut(Survival survival) {
        SimulatedDisk survivor =
                new SimulatedDisk(blockDevice, blockBytes, durable.copy(), durableSizeBytes);
        survivor.profile = profile;
        int index = 0;
        for (UnflushedWrite write : unflushed) {
            survivor.recover(write, index++, survival);
        }
        for (Operation operation : changesInFlight) {
            survivor.recover(unflushedOf(operation), index++, survival);
        }
        survivor.visible = survivor.durable.copy();
        return survivor;
    }

    private void recover(UnflushedWrite write, int index, Survival survival) {
        if (write.applyTo(durable, index, survival) && !blockDevice) {
            sizeBytes = Math.max(sizeBytes, write.endBytes);
            durableSizeBytes = sizeBytes;
        }
    }

    static byte[] bytesOf(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }

    /** How much of a write at this place fits. */
    int writableLength(long offset, int length) {
        return blockDevice ? Math.clamp(sizeBytes - offset, 0, length) : length;
    }

    int readableLength(long offset, int length) {
        return Math.clamp(sizeBytes - offset, 0, length);
    }

    void readTo(long offset, long address, int length) {
        visible.readTo(offset, address, length);
    }

    void store(long offset, byte[] bytes, boolean nowDurable) {
        if (bytes.length == 0) {
            return;
        }
        UnflushedWrite write = unflushedOf(offset, bytes);
        visible.write(offset, bytes, 0, bytes.length);
        if (observer != null) {
            observer.stored(write.sequence, offset, bytes, nowDurable);
        }
        if (!blockDevice) {
            sizeBytes = Math.max(sizeBytes, offset + bytes.length);
        }
        if (nowDurable) {
            unflushed.removeIf(older -> older.supersede(write.firstSector, write.sectors));
            write.applyTo(durable);
            durableSizeBytes = sizeBytes;
        } else {
            add(write);
        }
    }

    /** Makes the range read zeros. */
    void clear(long offset, long length) {
        long end = endOfRange(offset, length);
        long firstWhole = Math.ceilDiv(offset, SECTOR) * SECTOR;
        long lastWhole = end / SECTOR * SECTOR;
        if (firstWhole >= lastWhole) {
            zeroPart(offset, end);
            return;
        }
        zeroPart(offset, firstWhole);
        visible.zero(firstWhole, lastWhole - firstWhole);
        UnflushedWrite zeros = unflushedZeros(firstWhole, lastWhole);
        add(zeros);
        if (observer != null) {
            observer.cleared(zeros.sequence, firstWhole, lastWhole - firstWhole);
        }
        zeroPart(lastWhole, end);
    }

    void extend(long newSizeBytes) {
        sizeBytes = Math.max(sizeBytes, newSizeBytes);
    }

    /** A flush that starts now covers the writes numbered below the result. */
    long flushMark() {
        return sequence;
    }

    void flush(long mark) {
        if (observer != null) {
            observer.flushed(mark);
        }
        List<UnflushedWrite> dropped = new ArrayList<>();
        unflushed.removeIf(write -> {
            if (write.sequence >= mark) {
                return false;
            }
            if (write.dropped) {
                dropped.add(write);
                return false;
            }
            dropped.forEach(older -> older.supersede(write.firstSector, write.sectors));
            write.applyTo(durable);
            return true;
        });
        durableSizeBytes = sizeBytes;
    }

    /**
     * A flush failed: the writes it covered are given up, as Linux marks such pages clean. They
     * stay visible and may or may not be durable.
     */
    void failFlush(long mark) {
        for (UnflushedWrite write : unflushed) {
            write.dropped |= write.sequence < mark;
        }
    }

    void changeStarted(Operation operation) {
        changesInFlight.add(operation);
        if (observer == null) {
            return;
        }
        if (operation.kind == Operation.Kind.WRITE) {
            int length = writableLength(operation.offset, operation.length);
            byte[] bytes = bytesOf(operation.address, length);
            observer.writeStarted(operation.id, operation.offset, bytes);
        } else {
            observer.clearStarted(
                    operation.id,
                    operation.offset,
                    endOfRange(operation.offset, operation.rangeBytes) - operation.offset);
        }
    }

    void changeEnded(Operation operation) {
        changesInFlight.remove(operation);
        if (observer != null) {
            observer.ended(operation.id);
        }
    }

    /** The effect of the first fault rule that hits this operation; null for none. */
    DiskFault.Effect fault(DiskFault.Kind kind, long offset, long length, SplittableRandom random) {
        for (FaultRule rule : faults) {
            if (rule.hits(kind, offset, length, random)) {
                return rule.fault.effect();
            }
        }
        return null;
    }

    boolean lock(OpenFile file) {
        if (lockHolder != null && lockHolder != file) {
            return false;
        }
        lockHolder = file;
        return true;
    }

    boolean claim(OpenFile file) {
        if (exclusiveHolder != null) {
            return false;
        }
        exclusiveHolder = file;
        return true;
    }

    void unlock(OpenFile file) {
        lockHolder = lockHolder == file ? null : lockHolder;
        exclusiveHolder = exclusiveHolder == file ? null : exclusiveHolder;
    }

    private void zeroPart(long from, long to) {
        long known = blockDevice ? to : Math.min(to, sizeBytes);
        if (from < known) {
            store(from, new byte[(int) (known - from)], false);
        }
    }

    /** The write widened to whole sectors by what is visible around it. */
    private UnflushedWrite unflushedOf(long offset, byte[] bytes) {
        long first = offset / SECTOR;
        long sectors = Math.ceilDiv(offset + bytes.length, SECTOR) - first;
        byte[] whole = bytes.clone();
        if (whole.length != sectors * SECTOR) {
            whole = visible.read(first * SECTOR, (int) (sectors * SECTOR));
            System.arraycopy(bytes, 0, whole, (int) (offset - first * SECTOR), bytes.length);
        }
        return new UnflushedWrite(
                sequence++, blockBytes / SECTOR, first, sectors, whole, offset + bytes.length);
    }

    /** Zeros in the whole sectors between the two places. */
    private UnflushedWrite unflushedZeros(long from, long to) {
        long first = Math.ceilDiv(from, SECTOR);
        return new UnflushedWrite(
                sequence++, blockBytes / SECTOR, first, Math.max(0, to / SECTOR - first), null, 0);
    }

    private UnflushedWrite unflushedOf(Operation inFlight) {
        if (inFlight.kind != Operation.Kind.WRITE) {
            return unflushedZeros(
                    inFlight.offset, endOfRange(inFlight.offset, inFlight.rangeBytes));
        }
        int length = writableLength(inFlight.offset, inFlight.length);
        return unflushedOf(inFlight.offset, bytesOf(inFlight.address, length));
    }

    private long endOfRange(long offset, long length) {
        return blockDevice ? Math.min(sizeBytes, offset + length) : offset + length;
    }

    private void add(UnflushedWrite write) {
        unflushed.add(write);
        if (unflushed.size() > UNFLUSHED_LIMIT) {
            flush(unflushed.get(WRITE_BACK).sequence);
        }
    }

    private static final class FaultRule {
        private final DiskFault fault;
        private int left;

        FaultRule(DiskFault fault) {
            this.fault = fault;
            this.left = fault.times();
        }

        boolean hits(DiskFault.Kind kind, long offset, long length, SplittableRandom random) {
            if (left == 0
                    || !fault.matches(kind, offset, length)
                    || (fault.chance() < 1 && random.nextDouble() >= fault.chance())) {
                return false;
            }
            left--;
            return true;
        }
    }
}
