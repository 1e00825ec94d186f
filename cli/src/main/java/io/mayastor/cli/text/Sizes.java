package io.mayastor.cli.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte counts as people write them: {@code 4k}, {@code 128KiB}, {@code 1.5 GiB}; units of 1024. */
public final class Sizes {
    private static final String UNITS = "BKMGTPE";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([kmgtpe]?)(i?b)?");

    private Sizes() {}

    /**
     * @throws IllegalArgumentException when the text is no size or too large for a long
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size: write a number of bytes, or 4KiB, 256MiB, 1GiB");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2).toUpperCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : 10 * UNITS.indexOf(unit);
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + text + "' is too large");
        }
        return number << shift;
    }

    /** With at most one digit after the point, which is left out when it is zero. */
    public static String format(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        String number = String.format(Locale.ROOT, "%.1f", value);
        if (number.endsWith(".0")) {
            number = number.substring(0, number.length() - 2);
        }
        return number + (unit == 0 ? " B" : " " + UNITS.charAt(unit) + "iB");
    }
}
