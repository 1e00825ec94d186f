package io.mayastor.engine.device;

import java.util.Arrays;
import java.util.List;

/**
 * The fault rules of the process. Rules come and go on any management thread; {@link FaultyDevice}s
 * look at the present list on their reactors. A rule may be there before its device.
 */
public final class FaultInjections {
    /**
     * @param active whether it can still act
     */
    public record Injection(FaultRule rule, boolean active) {}

    private volatile ActiveFault[] faults = {};

    /** Adds a rule; one with the same URI starts anew. */
    public synchronized void add(FaultRule rule) {
        remove(rule.uri());
        ActiveFault[] more = Arrays.copyOf(faults, faults.length + 1);
        more[more.length - 1] = new ActiveFault(rule);
        faults = more;
    }

    /** Takes a rule away; no such rule is no error. */
    public synchronized void remove(String uri) {
        faults =
                Arrays.stream(faults)
                        .filter(fault -> !fault.rule.uri().equals(uri))
                        .toArray(ActiveFault[]::new);
    }

    public List<Injection> list() {
        return Arrays.stream(faults)
                .map(fault -> new Injection(fault.rule, fault.mayStrike()))
                .toList();
    }

    ActiveFault[] faults() {
        return faults;
    }
}
