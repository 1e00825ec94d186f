package io.mayastor.engine.device;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * A device's URI, taken apart: {@code scheme://[host[:port]]/path[?name=value&…]}. Immutable.
 *
 * <p>A text that starts with {@code /} is a file and gets the scheme {@code aio}. Path and values
 * are percent-decoded; every complaint is a {@link DeviceException} that quotes the URI, names the
 * part and says what is allowed.
 */
public final class DeviceUri {
    /** Scheme of a bare path. */
    public static final String FILE_SCHEME = "aio";

    private static final int NO_PORT = -1;
    private static final int MAX_PORT = 65_535;

    private final String text;
    private final String scheme;
    private final String host;
    private final int port;
    private final String path;
    private final Map<String, String> parameters;

    private DeviceUri(
            String text,
            String scheme,
            String host,
            int port,
            String path,
            Map<String, String> parameters) {
        this.text = text;
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.path = path;
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    public static DeviceUri parse(String text) {
        if (text.startsWith("/")) {
            return parse(text, FILE_SCHEME, text);
        }
        int end = text.indexOf("://");
        String scheme = end < 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
        if (!scheme.matches("[a-z][a-z0-9+.-]*")) {
            throw DeviceException.invalid(
                    "'%s' is no device URI: write scheme:///name, or a path that starts with /"
                            .formatted(text));
        }
        return parse(text, scheme, text.substring(end + 3));
    }

    private static DeviceUri parse(String text, String scheme, String rest) {
        if (text.chars().anyMatch(c -> c <= ' ' || c == '#' || c == 0x7f)) {
            throw DeviceException.invalid(
                    "'%s': blanks, control characters and # must be written as %%XX"
                            .formatted(text));
        }
        int question = rest.indexOf('?');
        String location = question < 0 ? rest : rest.substring(0, question);
        String query = question < 0 ? "" : rest.substring(question + 1);
        int slash = location.indexOf('/');
        String authority = slash < 0 ? location : location.substring(0, slash);
        String path = slash < 0 ? "" : decode(text, location.substring(slash));
        int colon = portColon(text, authority);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? NO_PORT : portOf(text, authority.substring(colon + 1));
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new DeviceUri(text, scheme, host, port, path, parametersOf(text, query));
    }

    /** Where the colon before the port stands: after the bracket of an IPv6 address. */
    private static int portColon(String text, String authority) {
        if (!authority.startsWith("[")) {
            return authority.indexOf(':');
        }
        int bracket = authority.indexOf(']');
        boolean ends = bracket == authority.length() - 1;
        if (bracket < 0 || (!ends && authority.charAt(bracket + 1) != ':')) {
            throw DeviceException.invalid(
                    "'%s': an IPv6 address is written [address] or [address]:port".formatted(text));
        }
        return ends ? -1 : bracket + 1;
    }

    private static int portOf(String text, String digits) {
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw DeviceException.invalid(
                    "'%s': the port must be 1…65535, not '%s'".formatted(text, digits));
        }
        return port;
    }

    private static Map<String, String> parametersOf(String text, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(text, equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(text, pair.substring(equals + 1));
            if (name.isEmpty()) {
                throw DeviceException.invalid(
                        "'%s': a parameter is written name=value, not '%s'".formatted(text, pair));
            }
            if (parameters.put(name, value) != null) {
                throw DeviceException.invalid("'%s': %s is given twice".formatted(text, name));
            }
        }
        return parameters;
    }

    private static String decode(String text, String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        byte[] raw = part.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                decoded.write(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0 || (high | low) == 0) {
                throw DeviceException.invalid(
                        "'%s': %% must be followed by two hexadecimal digits, not 00"
                                .formatted(text));
            }
            decoded.write(high << 4 | low);
            i += 2;
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Lower case. */
    public String scheme() {
        return scheme;
    }

    /** Without the brackets of an IPv6 address; empty when there is none. */
    public String host() {
        return host;
    }

    public int portOr(int otherwise) {
        return port == NO_PORT ? otherwise : port;
    }

    /** With its leading slash; empty when there is none. */
    public String path() {
        return path;
    }

    /** Everything between the slashes and the question mark: {@code host:port/path}. */
    String location() {
        return (port == NO_PORT ? host : host + ":" + port) + path;
    }

    /** The path without its leading slash. */
    public String name() {
        return path.isEmpty() ? "" : path.substring(1);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * For schemes of this machine: refuses a host, a missing name and parameters not named here.
     */
    public void requireLocal(String... allowed) {
        if (!host.isEmpty() || port != NO_PORT) {
            throw invalid("the name must follow three slashes, as in " + scheme + ":///" + host);
        }
        if (name().isEmpty()) {
            throw invalid("a name is missing, write " + scheme + ":///name");
        }
        requireParameters(allowed);
    }

    /** Refuses parameters not named here. */
    public void requireParameters(String... allowed) {
        for (String given : parameters.keySet()) {
            boolean known = false;
            StringJoiner list = new StringJoiner(", ");
            for (String name : allowed) {
                known |= name.equals(given);
                list.add(name);
            }
            if (!known) {
                String advice = allowed.length == 0 ? "none is allowed" : "allowed: " + list;
                throw invalid("unknown parameter " + given + ", " + advice);
            }
        }
    }

    /** A whole number in the given range, when the parameter is there. */
    public OptionalLong number(String name, long least, long most) {
        String value = parameters.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        long number = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : Long.MIN_VALUE;
        if (number < least || number > most) {
            throw invalid(
                    "%s must be a whole number from %d to %d, not '%s'"
                            .formatted(name, least, most, value));
        }
        return OptionalLong.of(number);
    }

    /**
     * Whether a flag is set: {@code name}, {@code name=true}, {@code yes}, {@code on}, {@code 1}.
     */
    public boolean flag(String name) {
        String value = parameters.get(name);
        if (value == null) {
            return false;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "", "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw invalid(name + " must be true or false, not '" + value + "'");
        };
    }

    /** The {@code uuid} parameter. */
    public Optional<UUID> uuid() {
        String value = parameters.get("uuid");
        if (value == null) {
            return Optional.empty();
        }
        if (!value.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
            throw invalid(
                    "uuid must look like 01234567-89ab-cdef-0123-456789abcdef, not '"
                            + value
                            + "'");
        }
        return Optional.of(UUID.fromString(value));
    }

    /** The {@code blk_size} parameter: 512 or 4096. */
    public OptionalLong blockSize() {
        OptionalLong size = number("blk_size", 0, Integer.MAX_VALUE);
        if (size.isPresent() && size.getAsLong() != 512 && size.getAsLong() != 4096) {
            throw invalid("blk_size must be 512 or 4096, not " + size.getAsLong());
        }
        return size;
    }

    /** The text with {@code uuid} added, unless it is there already. */
    String textWithUuid(UUID uuid) {
        if (parameters.containsKey("uuid")) {
            return text;
        }
        return text + (parameters.isEmpty() ? "?" : "&") + "uuid=" + uuid;
    }

    /** The same URI with another scheme. */
    DeviceUri withScheme(String other) {
        int end = text.indexOf("://");
        String changed = other + (end < 0 ? "://" + text : text.substring(end));
        return new DeviceUri(changed, other, host, port, path, parameters);
    }

    /** A complaint about this URI. */
    public DeviceException invalid(String complaint) {
        return DeviceException.invalid("'" + text + "': " + complaint);
    }

    @Override
    public String toString() {
        return text;
    }
}
