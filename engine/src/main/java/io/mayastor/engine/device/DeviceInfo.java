package io.mayastor.engine.device;

import java.util.List;

/**
 * A registered device at one instant.
 *
 * @param aliases URIs by which it is known
 * @param claimedBy who uses it and keeps it from being destroyed; empty when nobody does
 */
public record DeviceInfo(BlockDevice device, List<String> aliases, String claimedBy) {
    public boolean claimed() {
        return !claimedBy.isEmpty();
    }
}
