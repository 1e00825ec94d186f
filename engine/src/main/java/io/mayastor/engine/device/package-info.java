/**
 * Runs of logical blocks that take asynchronous I/O.
 *
 * <p>Enters: a {@link io.mayastor.engine.device.BlockIo} on the device's owner reactor. Leaves: its
 * completion with an NVMe status, exactly once, on the same reactor.
 *
 * <p>Management threads come through the {@link io.mayastor.engine.device.DeviceRegistry}: it hands
 * a URI to the {@link io.mayastor.engine.device.DeviceFactory} of its scheme, keeps names and UUIDs
 * unique, and keeps what is claimed open.
 */
package io.mayastor.engine.device;
