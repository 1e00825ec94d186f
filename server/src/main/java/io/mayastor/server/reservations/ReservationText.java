package io.mayastor.server.reservations;

import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.target.ReservationState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A {@link ReservationState} as text, a line for each field, all in this order:
 *
 * <pre>
 * mayastor reservations 1          format and its version
 * generation 7                     unsigned
 * persists true
 * type 5                           code on the wire, 0 none
 * holder UUID                      or none
 * registrant UUID 0123456789abcdef host identifier and key in hexadecimal; any number of lines
 * crc32c 0a1b2c3d                  of all bytes before this line
 * </pre>
 *
 * <p>Stateless, any thread. What is not exactly of this form is refused.
 */
public final class ReservationText {
    private static final String TITLE = "mayastor reservations 1";
    private static final String NONE = "none";
    private static final String CHECKSUM = "crc32c ";

    private ReservationText() {}

    public static byte[] encode(ReservationState state) {
        StringBuilder text = new StringBuilder();
        line(text, TITLE);
        line(text, "generation " + Integer.toUnsignedString(state.generation()));
        line(text, "persists " + state.persists());
        line(text, "type " + state.type().map(ReservationType::code).orElse(0));
        line(text, "holder " + state.holder().map(UUID::toString).orElse(NONE));
        for (ReservationState.Registrant registrant : state.registrants()) {
            line(text, "registrant %s %016x".formatted(registrant.hostId(), registrant.key()));
        }
        line(text, CHECKSUM + checksum(text.toString()));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    /**
     * @throws IllegalArgumentException says what is wrong
     */
    public static ReservationState decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(TITLE + "\n")) {
            throw new IllegalArgumentException("it does not begin with \"" + TITLE + "\"");
        }
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0
                || !text.substring(end)
                        .equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            throw new IllegalArgumentException("its checksum is missing or wrong");
        }
        Iterator<String> lines = text.substring(0, end).lines().skip(1).iterator();
        int generation = Integer.parseUnsignedInt(value(lines, "generation"));
        boolean persists = Boolean.parseBoolean(value(lines, "persists"));
        Optional<ReservationType> type = type(Integer.parseInt(value(lines, "type")));
        String holder = value(lines, "holder");
        List<ReservationState.Registrant> registrants = new ArrayList<>();
        while (lines.hasNext()) {
            registrants.add(registrant(value(lines, "registrant")));
        }
        return new ReservationState(
                generation,
                persists,
                type,
                holder.equals(NONE) ? Optional.empty() : Optional.of(UUID.fromString(holder)),
                registrants);
    }

    private static Optional<ReservationType> type(int code) {
        Optional<ReservationType> type = ReservationType.ofCode(code);
        if (type.isEmpty() && code != 0) {
            throw new IllegalArgumentException("reservation type " + code + " does not exist");
        }
        return type;
    }

    private static ReservationState.Registrant registrant(String value) {
        int space = value.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("a registrant without a key: " + value);
        }
        return new ReservationState.Registrant(
                UUID.fromString(value.substring(0, space)),
                Long.parseUnsignedLong(value.substring(space + 1), 16));
    }

    private static String value(Iterator<String> lines, String name) {
        String line = lines.hasNext() ? lines.next() : "";
        if (!line.startsWith(name + " ")) {
            throw new IllegalArgumentException(
                    "\"%s\" stands where %s is expected".formatted(line, name));
        }
        return line.substring(name.length() + 1);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
