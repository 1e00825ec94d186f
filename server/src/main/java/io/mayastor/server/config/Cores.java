package io.mayastor.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Cores for the reactors.
 *
 * @param numbers one reactor each, ascending, at least one
 * @param pinned whether the reactors stay on these very cores
 */
public record Cores(List<Integer> numbers, boolean pinned) {
    /** More reactors than this are made only when asked for. */
    static final int DEFAULT_MAXIMUM = 4;

    private static final int HIGHEST = 1023;

    public Cores {
        numbers = List.copyOf(numbers);
    }

    static Cores automatic(List<Integer> allowed) {
        return new Cores(
                allowed.subList(0, Math.min(allowed.size(), DEFAULT_MAXIMUM)), /* pinned= */ false);
    }

    /**
     * As {@code 0,2-4}.
     *
     * @throws NumberFormatException when the text is no such list
     */
    public static List<Integer> parseList(String text) {
        TreeSet<Integer> cores = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            if (ends.length > 2) {
                throw new NumberFormatException(part);
            }
            int first = core(ends[0]);
            int last = core(ends[ends.length - 1]);
            if (last < first) {
                throw new NumberFormatException(part);
            }
            for (int core = first; core <= last; core++) {
                cores.add(core);
            }
        }
        return List.copyOf(cores);
    }

    /** As {@code 0x6}; the prefix may be left out. */
    static List<Integer> parseMask(String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        if (digits.isEmpty() || digits.length() > (HIGHEST + 1) / 4) {
            throw new NumberFormatException(text);
        }
        List<Integer> cores = new ArrayList<>();
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(digits.length() - 1 - i), 16);
            if (digit < 0) {
                throw new NumberFormatException(text);
            }
            for (int bit = 0; bit < 4; bit++) {
                if ((digit & (1 << bit)) != 0) {
                    cores.add(i * 4 + bit);
                }
            }
        }
        if (cores.isEmpty()) {
            throw new NumberFormatException(text);
        }
        return cores;
    }

    private static int core(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new NumberFormatException(text);
        }
        int core = Integer.parseInt(text);
        if (core > HIGHEST) {
            throw new NumberFormatException(text);
        }
        return core;
    }
}
