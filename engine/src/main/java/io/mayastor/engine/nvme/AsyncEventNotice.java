package io.mayastor.engine.nvme;

/**
 * Bits of the notices a controller supports (OAES of {@link IdentifyController}) and a host asks
 * for (Asynchronous Event Configuration, Base 2.0 §5.27.1.8). Bits 7:0 of the configuration are the
 * critical warnings of {@link SmartLog}.
 */
public final class AsyncEventNotice {
    /** Critical warnings, configuration only. */
    public static final int CRITICAL_WARNINGS = 0xff;

    public static final int NAMESPACE_ATTRIBUTE = 1 << 8;
    public static final int FIRMWARE_ACTIVATION = 1 << 9;
    public static final int TELEMETRY_LOG = 1 << 10;
    public static final int ANA_CHANGE = 1 << 11;
    public static final int DISCOVERY_LOG = 1 << 31;

    private AsyncEventNotice() {}
}
