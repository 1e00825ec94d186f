package io.mayastor.server.config;

import io.mayastor.server.config.Machine.NetworkInterfaceAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the one IPv4 address that a {@code -T} selector means. */
final class TargetInterface {
    static final String ALLOWED =
            "[name:]IFACE, mac:MAC, ip:ADDRESS or subnet:ADDRESS/BITS that fits exactly one"
                    + " interface with an IPv4 address";

    private TargetInterface() {}

    /**
     * @throws IllegalArgumentException saying what does not fit
     */
    static InetAddress select(String selector, List<NetworkInterfaceAddress> interfaces) {
        Predicate<NetworkInterfaceAddress> wanted = parse(selector);
        List<NetworkInterfaceAddress> found =
                interfaces.stream()
                        .filter(each -> each.address() instanceof Inet4Address)
                        .filter(wanted)
                        .toList();
        if (found.size() == 1) {
            return found.getFirst().address();
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no interface with an IPv4 address fits");
        }
        throw new IllegalArgumentException(
                found.size()
                        + " addresses fit: "
                        + found.stream()
                                .map(each -> each.name() + " " + each.address().getHostAddress())
                                .collect(Collectors.joining(", ")));
    }

    private static Predicate<NetworkInterfaceAddress> parse(String selector) {
        int colon = selector.indexOf(':');
        String kind = colon < 0 ? "name" : selector.substring(0, colon);
        String value = selector.substring(colon + 1);
        return switch (kind) {
            case "name" -> each -> each.name().equals(value);
            case "mac" -> each -> each.mac().equals(value.toLowerCase(Locale.ROOT));
            case "ip" -> {
                InetAddress address = ipv4(value);
                yield each -> each.address().equals(address);
            }
            case "subnet" -> subnet(value);
            default -> throw new IllegalArgumentException("unknown kind '" + kind + "'");
        };
    }

    private static Predicate<NetworkInterfaceAddress> subnet(String value) {
        int slash = value.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a subnet needs /BITS");
        }
        int network = bits(ipv4(value.substring(0, slash)));
        int length = prefixLength(value.substring(slash + 1));
        int mask = length == 0 ? 0 : -1 << (32 - length);
        return each -> ((bits(each.address()) ^ network) & mask) == 0;
    }

    /** Either a number of bits or a mask such as 255.255.0.0. */
    private static int prefixLength(String text) {
        InetAddress mask = Addresses.parse(text);
        if (mask instanceof Inet4Address) {
            int bits = bits(mask);
            int length = Integer.bitCount(bits);
            if (length == 32 || bits << length == 0) {
                return length;
            }
        } else if (text.matches("\\d{1,2}") && Integer.parseInt(text) <= 32) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("'" + text + "' is no prefix length");
    }

    private static InetAddress ipv4(String text) {
        if (Addresses.parse(text) instanceof Inet4Address address) {
            return address;
        }
        throw new IllegalArgumentException("'" + text + "' is no IPv4 address");
    }

    private static int bits(InetAddress address) {
        byte[] bytes = address.getAddress();
        int bits = 0;
        for (byte each : bytes) {
            bits = bits << 8 | (each & 0xff);
        }
        return bits;
    }
}
