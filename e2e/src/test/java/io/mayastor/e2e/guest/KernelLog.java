package io.mayastor.e2e.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Warnings and errors that the guest's kernel has logged since the last look. */
public final class KernelLog {
    private static final Pattern LINE = Pattern.compile("<(\\d+)>\\[ *[\\d.]+] (.*)");
    private static final int LEVEL_BITS = 7;
    private static final int WARNING = 4;

    /** What the kernel says of clocks and interrupts that the emulation lets wait. */
    private static final Pattern OF_EMULATION =
            Pattern.compile("clocksource|hrtimer|sched_clock|rcu_|took too long|TSC");

    private final Guest guest;
    private final List<Pattern> expected = new ArrayList<>();

    KernelLog(Guest guest) {
        this.guest = guest;
    }

    /** Lines that match are no failure in this test. */
    public void expect(String... patterns) {
        for (String pattern : patterns) {
            expected.add(Pattern.compile(pattern));
        }
    }

    /** Fails when the kernel complained of anything that was not expected; then starts anew. */
    public void check() {
        List<String> complaints = guest.run("dmesg -r").lines().filter(this::isComplaint).toList();
        clear();
        if (!complaints.isEmpty()) {
            throw new AssertionError(
                    "the guest's kernel complains:\n" + String.join("\n", complaints));
        }
    }

    private boolean isComplaint(String line) {
        Matcher parts = LINE.matcher(line);
        return parts.matches()
                && (Integer.parseInt(parts.group(1)) & LEVEL_BITS) <= WARNING
                && !OF_EMULATION.matcher(parts.group(2)).find()
                && expected.stream().noneMatch(each -> each.matcher(parts.group(2)).find());
    }

    void clear() {
        expected.clear();
        guest.run("dmesg -C");
    }
}
