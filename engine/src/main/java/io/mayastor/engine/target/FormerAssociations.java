package io.mayastor.engine.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Associations that a host may have lost without our knowing, seen from a new Connect of it: a
 * write that one of them has left behind could overwrite what the host writes next. Owner thread:
 * the subsystem's reactor.
 *
 * <p>A host may well keep several associations with a subsystem at a time, one for each path. So an
 * association is in doubt only if it came the same way, from the same address to the same portal,
 * has unfinished writes, and has not been heard since the Connect came. The first byte from it
 * settles that it is in use. When its keep-alive time passes in silence it has broken its own
 * promise and is ended. One without keep-alive has promised nothing: its silence says nothing, and
 * nobody waits for it.
 */
final class FormerAssociations {
    private final List<Controller> inDoubt = new ArrayList<>();
    private final long sinceNanos;

    /** Those in doubt when the Connect comes. */
    FormerAssociations(Subsystem subsystem, PendingConnect connect, long now) {
        sinceNanos = now;
        if (subsystem.isDiscovery()) {
            return;
        }
        for (Controller other : subsystem.controllers()) {
            if (other.isOf(connect.data())
                    && other.keepAliveMillis() > 0
                    && isSamePath(other.admin().connection(), connect.queue().connection())) {
                inDoubt.add(other);
            }
        }
    }

    private static boolean isSamePath(Connection one, Connection other) {
        try {
            return portal(one).equals(portal(other)) && peer(one).equals(peer(other));
        } catch (IOException e) {
            // A socket that has no addresses any more is about to end by itself.
            return false;
        }
    }

    private static InetSocketAddress portal(Connection connection) throws IOException {
        return connection.group().reactor().kernel().localAddress(connection.socket());
    }

    private static InetAddress peer(Connection connection) throws IOException {
        return connection
                .group()
                .reactor()
                .kernel()
                .remoteAddress(connection.socket())
                .getAddress();
    }

    /** Whether one of them is still in doubt; forgets those that are not. */
    boolean mayStillWrite() {
        inDoubt.removeIf(former ->
                former.hasEnded()
                        || former.heardNanos() - sinceNanos >= 0
                        || !former.mayStillWrite());
        return !inDoubt.isEmpty();
    }

    /** Ends those that have been silent for longer than their keep-alive time. */
    void endSilent(long now) {
        for (Controller former : List.copyOf(inDoubt)) {
            if (now - former.heardNanos() > former.keepAliveMillis() * 1_000_000) {
                former.end("silent for its keep-alive time, and its host connects anew");
            }
        }
    }
}
