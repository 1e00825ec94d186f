package io.mayastor.engine.target;

import io.mayastor.engine.nvme.DiscoveryEntry;
import io.mayastor.engine.nvme.DiscoveryLog;
import io.mayastor.engine.nvme.Nqn;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The discovery log as one host sees it, taken at one instant, so that it is consistent while it is
 * read in pieces (Base 2.0 §5.16.1.23). Immutable.
 *
 * <p>Each way to each subsystem is an entry: a portal is one, a referral would name another
 * discovery service.
 */
record DiscoveryLogView(long generation, List<DiscoveryEntry> entries) {
    private static final int IPV4_BYTES = 4;

    DiscoveryLogView {
        entries = List.copyOf(entries);
    }

    /**
     * @param reached our address of the connection that asks: advertised for a portal that listens
     *     on every address
     * @param nqns subsystems the host may connect to
     */
    static DiscoveryLogView of(
            long generation,
            List<InetSocketAddress> portals,
            InetAddress reached,
            List<String> nqns) {
        List<DiscoveryEntry> entries = new ArrayList<>();
        for (int port = 0; port < portals.size(); port++) {
            InetSocketAddress portal = portals.get(port);
            InetAddress address = portal.getAddress();
            if (address.isAnyLocalAddress()) {
                if (isIpv4(address) && !isIpv4(reached)) {
                    continue;
                }
                address = reached;
            }
            entries.add(
                    entry(
                            port,
                            address,
                            portal.getPort(),
                            DiscoveryEntry.TYPE_CURRENT_DISCOVERY,
                            Nqn.DISCOVERY));
            for (String nqn : nqns) {
                entries.add(entry(port, address, portal.getPort(), DiscoveryEntry.TYPE_NVM, nqn));
            }
        }
        return new DiscoveryLogView(generation, entries);
    }

    private static DiscoveryEntry entry(
            int portId, InetAddress address, int port, int type, String nqn) {
        boolean discovery = type == DiscoveryEntry.TYPE_CURRENT_DISCOVERY;
        return new DiscoveryEntry(
                DiscoveryEntry.TRANSPORT_TCP,
                isIpv4(address) ? DiscoveryEntry.FAMILY_IPV4 : DiscoveryEntry.FAMILY_IPV6,
                type,
                DiscoveryEntry.SECURE_CHANNEL_NOT_REQUIRED
                        | DiscoveryEntry.SQ_FLOW_CONTROL_MAY_BE_DISABLED,
                portId,
                0xffff,
                TargetOptions.ADMIN_QUEUE_DEPTH,
                discovery ? DiscoveryEntry.PERSISTENT_CONNECTIONS : 0,
                Integer.toString(port),
                nqn,
                withoutScope(address),
                0);
    }

    private static boolean isIpv4(InetAddress address) {
        return address.getAddress().length == IPV4_BYTES;
    }

    /** A scope names an interface of ours, which means nothing to a host. */
    private static String withoutScope(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    long byteLength() {
        return DiscoveryLog.HEADER_LENGTH + (long) entries.size() * DiscoveryEntry.LENGTH;
    }

    /**
     * Writes what the page has of a range. Only the entries that the range touches are encoded.
     *
     * @return false when the offset is beyond the page
     */
    boolean read(long offset, int length, MemorySegment to, long at) {
        if (offset > byteLength()) {
            return false;
        }
        long end = Math.min(offset + length, byteLength());
        MemorySegment record = MemorySegment.ofArray(new byte[DiscoveryEntry.LENGTH]);
        long position = offset;
        while (position < end) {
            int index = (int) (position / DiscoveryEntry.LENGTH);
            encode(index, record);
            long from = position % DiscoveryEntry.LENGTH;
            long part = Math.min(DiscoveryEntry.LENGTH - from, end - position);
            MemorySegment.copy(record, from, to, at + position - offset, part);
            position += part;
        }
        return true;
    }

    /** Record 0 is the header, which is as long as an entry. */
    private void encode(int index, MemorySegment record) {
        if (index == 0) {
            DiscoveryLog.encodeHeader(record, 0, generation, entries.size());
        } else {
            entries.get(index - 1).encode(record, 0);
        }
    }
}
