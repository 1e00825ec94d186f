package io.mayastor.server.config;

import java.net.InetAddress;

/** Addresses as people write them. Names are never looked up: only literals are addresses here. */
public final class Addresses {
    private Addresses() {}

    /** The address that an IPv4 literal of four numbers or an IPv6 literal names, or null. */
    public static InetAddress parse(String text) {
        String literal =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        boolean fourParts = literal.chars().filter(c -> c == '.').count() == 3;
        if (!fourParts && literal.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** As it stands in a URI: IPv6 in brackets, without the scope. */
    public static String inUri(InetAddress address) {
        String text = address.getHostAddress();
        if (text.indexOf(':') < 0) {
            return text;
        }
        int scope = text.indexOf('%');
        return "[" + (scope < 0 ? text : text.substring(0, scope)) + "]";
    }
}
