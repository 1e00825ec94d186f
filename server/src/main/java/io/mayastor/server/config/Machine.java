package io.mayastor.server.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/** What the defaults and checks of a configuration need to know about the machine. */
public interface Machine {
    String hostName();

    /** Source address of the default route; the loopback address without one. */
    InetAddress defaultAddress();

    List<NetworkInterfaceAddress> interfaces();

    /** Cores this process may run on, ascending. */
    List<Integer> allowedCores();

    boolean exists(Path path);

    /**
     * One address of one interface.
     *
     * @param mac six bytes in lower-case hexadecimal with colons, or an empty string
     * @param prefixBits length of the network's prefix
     */
    record NetworkInterfaceAddress(String name, String mac, InetAddress address, int prefixBits) {}
}
