/**
 * Runs of logical blocks that take asynchronous I/O.
 *
 * <p>Enters: a {@link io.mayastor.engine.device.BlockIo} on the device's owner reactor. Leaves: its
 * completion with an NVMe status, exactly once, on the same reactor.
 */
package io.mayastor.engine.device;
