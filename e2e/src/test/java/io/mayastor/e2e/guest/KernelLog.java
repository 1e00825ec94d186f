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
            Pattern.compile("clocksource|hrtimer|sched_clock|took too long|TSC");

    /** A virtual CPU that did not get to run; the dump that follows is of whatever it did. */
    private static final Pattern STALL = Pattern.compile("rcu: INFO: .* stall");

    private static final Pattern OF_STORAGE =
            Pattern.compile("nvme|I/O error|blk|EXT4|JBD2|XFS|BUG|Oops");

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
        if (complaints.stream().anyMatch(line -> STALL.matcher(line).find())) {
            complaints =
                    complaints.stream().filter(line -> OF_STORAGE.matcher(line).find()).toList();
        }
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
