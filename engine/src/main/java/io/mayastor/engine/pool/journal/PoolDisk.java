package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.format.Label;
import java.util.List;
import java.util.UUID;

/**
 * One disk of a pool and how it does. Owner thread: the pool's reactor.
 *
 * <p>In flight: every request that the device has not completed, the oldest first.
 * <em>Stalled</em>: the oldest is older than {@link StallLimits#suspectNanos}. <em>Stuck</em>:
 * requests had to be given up; until the last of these has come back nothing is sent to the disk.
 * <em>Faulted</em>: a write or flush failed; it takes no requests any more.
 */
public final class PoolDisk {
    private final int index;
    private final UUID uuid;
    private final BlockDevice device;
    final int blockShift;
    private List<Label.Extent> extents;
    private long labelledBytes;

    /** Completed since the last synchronisation began, and not covered by one. */
    boolean dataWritten;

    boolean metadataWritten;

    DiskIo oldest;
    DiskIo newest;
    int inFlight;
    int abandoned;
    private boolean stalled;
    private String faultReason;
    private boolean excluded;
    private long ioErrors;
    private long stalls;

    /**
     * @param index place in the label's list of disks
     */
    public PoolDisk(
            int index,
            UUID uuid,
            BlockDevice device,
            List<Label.Extent> extents,
            long labelledBytes) {
        this.index = index;
        this.uuid = uuid;
        this.device = device;
        this.blockShift = Integer.numberOfTrailingZeros(device.blockSize());
        this.extents = List.copyOf(extents);
        this.labelledBytes = labelledBytes;
    }

    public int index() {
        return index;
    }

    public UUID uuid() {
        return uuid;
    }

    public BlockDevice device() {
        return device;
    }

    public List<Label.Extent> extents() {
        return extents;
    }

    /** Size when it was labelled last. */
    public long labelledBytes() {
        return labelledBytes;
    }

    public boolean isFaulted() {
        return faultReason != null;
    }

    /** Why it takes no requests any more, or null. */
    public String faultReason() {
        return faultReason;
    }

    public boolean isStalled() {
        return stalled;
    }

    public boolean isStuck() {
        return abandoned > 0;
    }

    /** Requests that it failed. */
    public long ioErrors() {
        return ioErrors;
    }

    /** Times that it began to stall. */
    public long stalls() {
        return stalls;
    }

    /** Age of the oldest request in flight, 0 without any. */
    public long oldestNanos(long now) {
        return oldest == null ? 0 : now - oldest.submittedNanos;
    }

    public void clearErrors() {
        ioErrors = 0;
        stalls = 0;
    }

    void grown(List<Label.Extent> newExtents, long newLabelledBytes) {
        extents = List.copyOf(newExtents);
        labelledBytes = newLabelledBytes;
    }

    void failed() {
        ioErrors++;
    }

    /** Whether that is news. */
    boolean fault(String reason) {
        if (faultReason != null) {
            return false;
        }
        faultReason = reason;
        return true;
    }

    /** The other disks' labels have to say that it is lost; whether that is news. */
    boolean exclude() {
        boolean news = !excluded;
        excluded = true;
        return news;
    }

    /** Whether that is a change. */
    boolean stalled(boolean now) {
        if (stalled == now) {
            return false;
        }
        stalled = now;
        if (now) {
            stalls++;
        }
        return true;
    }

    void add(DiskIo io) {
        io.older = newest;
        io.newer = null;
        if (newest == null) {
            oldest = io;
        } else {
            newest.newer = io;
        }
        newest = io;
        inFlight++;
    }

    void remove(DiskIo io) {
        if (io.older == null) {
            oldest = io.newer;
        } else {
            io.older.newer = io.newer;
        }
        if (io.newer == null) {
            newest = io.older;
        } else {
            io.newer.older = io.older;
        }
        io.older = null;
        io.newer = null;
        inFlight--;
    }
}
