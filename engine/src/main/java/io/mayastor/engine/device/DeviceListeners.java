package io.mayastor.engine.device;

import java.util.Arrays;

/**
 * Who is told of changes of a device; one may leave or join while being told. Owner thread: the
 * device's reactor.
 */
public final class DeviceListeners {
    private DeviceListener[] listeners = {};

    public void add(DeviceListener listener) {
        listeners = Arrays.copyOf(listeners, listeners.length + 1);
        listeners[listeners.length - 1] = listener;
    }

    public void remove(DeviceListener listener) {
        listeners =
                Arrays.stream(listeners)
                        .filter(known -> known != listener)
                        .toArray(DeviceListener[]::new);
    }

    public void resized(BlockDevice device) {
        for (DeviceListener listener : listeners) {
            listener.resized(device);
        }
    }

    public void failed(BlockDevice device, String reason) {
        for (DeviceListener listener : listeners) {
            listener.failed(device, reason);
        }
    }
}
