package io.mayastor.engine.device;

import java.util.concurrent.CompletableFuture;

/** A device whose size may change behind its back. */
public interface Rescannable {
    /**
     * Looks for the present size; growth is taken over and told to the listeners. Management
     * threads, may block.
     *
     * @return whether the device has grown; a {@link DeviceException} when it has shrunk or cannot
     *     be asked
     */
    CompletableFuture<Boolean> rescan();
}
