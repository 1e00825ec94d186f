package io.mayastor.server.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** The machine this process runs on. */
public final class LinuxMachine implements Machine {
    /**
     * An address that only a default route reaches (RFC 5737 documentation range); no packet is
     * sent.
     */
    private static final InetSocketAddress FAR_AWAY = new InetSocketAddress("192.0.2.1", 9);

    private static final String ALLOWED_CORES = "Cpus_allowed_list:";

    @Override
    public String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "mayastor-node";
        }
    }

    @Override
    public InetAddress defaultAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(FAR_AWAY);
            InetAddress source = socket.getLocalAddress();
            return source.isAnyLocalAddress() ? loopback() : source;
        } catch (SocketException | UncheckedIOException e) {
            return loopback();
        }
    }

    @Override
    public List<NetworkInterfaceAddress> interfaces() {
        List<NetworkInterfaceAddress> found = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces().forEach(each -> addAddresses(each, found));
        } catch (SocketException e) {
            return List.of();
        }
        return found;
    }

    @Override
    public List<Integer> allowedCores() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(ALLOWED_CORES)) {
                    return Cores.parseList(line.substring(ALLOWED_CORES.length()).strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            return countedCores();
        }
        return countedCores();
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    private static List<Integer> countedCores() {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors()).boxed().toList();
    }

    private static void addAddresses(NetworkInterface from, List<NetworkInterfaceAddress> to) {
        String mac = macOf(from);
        for (InterfaceAddress each : from.getInterfaceAddresses()) {
            to.add(
                    new NetworkInterfaceAddress(
                            from.getName(), mac, each.getAddress(), each.getNetworkPrefixLength()));
        }
    }

    private static String macOf(NetworkInterface from) {
        try {
            byte[] mac = from.getHardwareAddress();
            return mac == null ? "" : HexFormat.ofDelimiter(":").formatHex(mac);
        } catch (SocketException e) {
            return "";
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
