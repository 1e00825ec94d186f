package io.mayastor.cli.client;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an engine's gRPC service listens. */
public record Endpoint(String host, int port) {
    private static final int DEFAULT_PORT = 10124;
    private static final String DEFAULT_HOST = "127.0.0.1";

    /** Host name, IPv4, or IPv6 in brackets; a scheme in front is accepted for compatibility. */
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:https?://)?(\\[[0-9a-fA-F:.%]+\\]|[^:/\\[\\]]+)(?::(\\d{1,5}))?/?");

    private static final Pattern BARE_IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*:.*");

    /**
     * @throws IllegalArgumentException when the text names no endpoint
     */
    public static Endpoint parse(String text) {
        return parse(text, DEFAULT_PORT, 1);
    }

    /**
     * As {@link #parse(String)} for an address to listen on.
     *
     * @param leastPort 0 when the system may choose one
     */
    public static Endpoint parse(String text, int defaultPort, int leastPort) {
        if (BARE_IPV6.matcher(text).matches() && !text.contains("/")) {
            return new Endpoint("[" + text + "]", defaultPort);
        }
        Matcher matcher = HOST_AND_PORT.matcher(text);
        int port = defaultPort;
        if (matcher.matches() && matcher.group(2) != null) {
            port = Integer.parseInt(matcher.group(2));
        }
        if (!matcher.matches() || port < leastPort || port > 65_535) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no endpoint: write HOST[:PORT], IPv6 as [ADDRESS]:PORT");
        }
        return new Endpoint(matcher.group(1), port);
    }

    /** The engine of this machine, as the variables that started it say. */
    public static Endpoint ofEnvironment(UnaryOperator<String> environment) {
        for (String variable : new String[] {"IP_ADDR", "MY_POD_IP"}) {
            String value = environment.apply(variable);
            if (value != null && !value.isEmpty()) {
                return parse(value);
            }
        }
        return new Endpoint(DEFAULT_HOST, DEFAULT_PORT);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
