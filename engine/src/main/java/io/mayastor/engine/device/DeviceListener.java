package io.mayastor.engine.device;

/** Told of changes of a device, on its reactor. */
public interface DeviceListener {
    /** The number of blocks has changed. */
    default void resized(BlockDevice device) {}

    /** The device has failed for good: every request ends with an error until it is opened anew. */
    default void failed(BlockDevice device, String reason) {}
}
