package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import java.util.Optional;
import java.util.UUID;

/**
 * A run of logical blocks. Owner thread: {@link #reactor()}, except where a method says otherwise.
 *
 * <p>Promises: {@link #submit} completes each request exactly once, on the owner reactor, with an
 * NVMe status; a request outside the device completes with LBA Out of Range; after a completed
 * flush or a completed write with {@code forceUnitAccess}, the data survives a power cut; a failed
 * flush fails the device. Requests that overlap and are in flight together may take effect in any
 * order.
 */
public interface BlockDevice {
    /** Unique in the process. Any thread. */
    String name();

    /** Any thread. */
    UUID uuid();

    /** The URI it was opened with, or an equivalent one. Any thread. */
    String uri();

    /** What kind of device a person sees in a list, e.g. {@code "AIO disk"}. Any thread. */
    String productName();

    Reactor reactor();

    /** Bytes per logical block: 512 or 4096. Any thread. */
    int blockSize();

    /** Any thread; grows when the device is found to have grown. */
    long blockCount();

    void submit(BlockIo io);

    /**
     * True: write and compare data has been used when {@link #submit} returns, so that it may lie
     * in memory that is reused then.
     */
    default boolean takesDataOnSubmit() {
        return false;
    }

    /**
     * True: a read with address 0 completes inside {@link #submit} with the address of the device's
     * own bytes, which stay mapped until the device is closed.
     */
    default boolean lendsReadData() {
        return false;
    }

    /** Whether completed writes may be lost in a power cut until a flush. */
    boolean hasVolatileWriteCache();

    /** Whether deallocated blocks are known to read zeros. */
    boolean readsZerosAfterDeallocate();

    /** Best size and alignment of an I/O, in blocks, at least 1. */
    default int preferredIoBlocks() {
        return 1;
    }

    /** How long its requests took; empty for a device that answers at once. Any thread. */
    default Optional<DeviceLatencies> latencies() {
        return Optional.empty();
    }

    void addListener(DeviceListener listener);

    void removeListener(DeviceListener listener);

    /**
     * Stops the device: later requests fail, those in flight complete first, then {@code closed}
     * runs on the owner reactor.
     */
    void close(Runnable closed);
}
