package io.mayastor.engine.device;

/** What an injected fault does to a request. */
public sealed interface FaultAction {
    /** Ends with this NVMe status; at submission the device does not see it. */
    record Fail(int status) implements FaultAction {}

    /** Takes so much longer. */
    record Delay(long nanos) implements FaultAction {}

    /** Only the first blocks are written, then the write fails. */
    record TornWrite(long blocks) implements FaultAction {}

    /** Nothing is written, and the write succeeds. */
    record LostWrite() implements FaultAction {}

    /** The first byte of each block is inverted on its way. */
    record CorruptData() implements FaultAction {}
}
