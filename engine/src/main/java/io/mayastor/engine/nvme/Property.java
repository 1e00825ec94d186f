package io.mayastor.engine.nvme;

import java.util.Optional;

/** Controller properties that exist over Fabrics (Base 2.0 §3.1.3). */
public enum Property {
    /** Controller capabilities, {@link ControllerCapabilities}. */
    CAP(0x00, 8),
    /** Version, {@link SpecificationVersion}. */
    VS(0x08, 4),
    /** Controller configuration, {@link ControllerConfiguration}. */
    CC(0x14, 4),
    /** Controller status, {@link ControllerStatus}. */
    CSTS(0x1c, 4),
    /** NVM subsystem reset. */
    NSSR(0x20, 4),
    /** NVM subsystem shutdown. */
    NSSD(0x64, 4),
    /** Controller ready timeouts. */
    CRTO(0x68, 4);

    private final int offset;
    private final int byteLength;

    Property(int offset, int byteLength) {
        this.offset = offset;
        this.byteLength = byteLength;
    }

    public int offset() {
        return offset;
    }

    /** 4 or 8. */
    public int byteLength() {
        return byteLength;
    }

    /** The property that starts at this offset. */
    public static Optional<Property> at(long offset) {
        for (Property property : values()) {
            if (property.offset == offset) {
                return Optional.of(property);
            }
        }
        return Optional.empty();
    }
}
