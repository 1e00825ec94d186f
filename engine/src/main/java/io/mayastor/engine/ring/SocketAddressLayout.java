package io.mayastor.engine.ring;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * {@code struct sockaddr_in} and {@code struct sockaddr_in6} in native memory.
 *
 * <pre>
 *  IPv4   0 family u16 | 2 port u16 big-endian | 4 address, 4 bytes | 8 zero                                  (16 bytes)
 *  IPv6   0 family u16 | 2 port u16 big-endian | 4 flow u32 | 8 address, 16 bytes | 24 scope u32              (28 bytes)
 * </pre>
 */
final class SocketAddressLayout {
    static final int MAX_SIZE = 32;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int IPV4_SIZE = 16;
    private static final int IPV6_SIZE = 28;

    private SocketAddressLayout() {}

    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /**
     * Writes the address at {@code at} ({@link #MAX_SIZE} bytes of room) and returns its length.
     */
    static int encode(InetSocketAddress address, long at) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("unresolved address " + address);
        }
        Memory.zero(at, MAX_SIZE);
        int family = family(address);
        Memory.putByte(at, (byte) family);
        Memory.putByte(at + 2, (byte) (address.getPort() >>> 8));
        Memory.putByte(at + 3, (byte) address.getPort());
        byte[] bytes = ip.getAddress();
        long start = at + (family == AF_INET6 ? 8 : 4);
        for (int i = 0; i < bytes.length; i++) {
            Memory.putByte(start + i, bytes[i]);
        }
        if (ip instanceof Inet6Address v6) {
            Memory.putInt(at + 24, v6.getScopeId());
            return IPV6_SIZE;
        }
        return IPV4_SIZE;
    }

    static InetSocketAddress decode(long at) {
        boolean v6 = Memory.getByte(at) == AF_INET6;
        int port = (Memory.getByte(at + 2) & 0xff) << 8 | (Memory.getByte(at + 3) & 0xff);
        byte[] bytes = new byte[v6 ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Memory.getByte(at + (v6 ? 8 : 4) + i);
        }
        try {
            int scope = v6 ? Memory.getInt(at + 24) : 0;
            InetAddress ip =
                    scope != 0
                            ? Inet6Address.getByAddress(null, bytes, scope)
                            : InetAddress.getByAddress(bytes);
            return new InetSocketAddress(ip, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes always make an address", e);
        }
    }
}
