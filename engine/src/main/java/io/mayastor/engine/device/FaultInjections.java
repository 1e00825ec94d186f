package io.mayastor.engine.device;

import java.util.Arrays;
import java.util.List;

/**
 * The fault rules of the process. Rules come and go on any management thread; {@link FaultyDevice}s
 * look at the present list on their reactors. A rule may be there before its device.
 */
public final class FaultInjections {
    /** Every request to a device that is open to faults looks at each of them. */
    static final int MAX_RULES = 256;

    /**
     * @param active whether it can still act
     */
    public record Injection(FaultRule rule, boolean active) {}

    private volatile ActiveFault[] faults = {};

    /**
     * Adds a rule; one with the same URI starts anew.
     *
     * @throws DeviceException when there are {@link #MAX_RULES} others
     */
    public synchronized void add(FaultRule rule) {
        remove(rule.uri());
        if (faults.length == MAX_RULES) {
            throw new DeviceException(
                    DeviceException.Kind.BUSY,
                    "there are %d fault rules, remove some".formatted(MAX_RULES));
        }
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
