package io.mayastor.server.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A node with two interfaces, four cores and one disk. */
final class FakeMachine implements Machine {
    @Override
    public String hostName() {
        return "fake-node";
    }

    @Override
    public InetAddress defaultAddress() {
        return InetAddress.ofLiteral("10.1.0.5");
    }

    @Override
    public List<NetworkInterfaceAddress> interfaces() {
        return List.of(
                at("lo", "", "127.0.0.1", 8),
                at("eth0", "02:42:0a:01:00:05", "10.1.0.5", 16),
                at("eth0", "02:42:0a:01:00:05", "fe80::42", 64),
                at("eth1", "02:42:c0:a8:00:05", "192.168.0.5", 24),
                at("eth1", "02:42:c0:a8:00:05", "192.168.0.6", 24));
    }

    @Override
    public List<Integer> allowedCores() {
        return List.of(0, 1, 2, 3, 4, 5);
    }

    @Override
    public boolean exists(Path path) {
        return Set.of("/dev/sdb", "/dev/sdc").contains(path.toString());
    }

    private static NetworkInterfaceAddress at(String name, String mac, String address, int prefix) {
        return new NetworkInterfaceAddress(name, mac, InetAddress.ofLiteral(address), prefix);
    }
}
