package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.DiscoveryEntry;
import io.mayastor.engine.nvme.DiscoveryLog;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private static final String SECOND = "nqn.2019-05.io.openebs:volume-2";

    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.discovery();

    private DiscoveryLog log() {
        return log(host);
    }

    private static DiscoveryLog log(RawHost from) {
        MemorySegment header = from.log(LogPage.DISCOVERY, 0, 1024, true).data();
        int length = 1024 * (1 + (int) DiscoveryLog.entryCount(header, 0));
        return DiscoveryLog.decode(from.log(LogPage.DISCOVERY, length).data(), 0);
    }

    private static List<String> nqns(DiscoveryLog log) {
        return log.entries().stream()
                .filter(entry -> entry.subsystemType() == DiscoveryEntry.TYPE_NVM)
                .map(DiscoveryEntry::subsystemNqn)
                .toList();
    }

    private void addSecond() {
        TestDevice device = new TestDevice("device-2", world.reactor, 512, 64);
        world.await(world.target.addSubsystem(TargetWorld.subsystem(SECOND, device)));
    }

    @Test
    void subsystemIsListedWithEverythingAConnectNeeds() {
        DiscoveryEntry entry =
                log().entries().stream()
                        .filter(listed -> listed.subsystemNqn().equals(TargetWorld.NQN))
                        .findFirst()
                        .orElseThrow();
        assertEquals(DiscoveryEntry.TRANSPORT_TCP, entry.transportType());
        assertEquals(DiscoveryEntry.FAMILY_IPV4, entry.addressFamily());
        assertEquals(DiscoveryEntry.TYPE_NVM, entry.subsystemType());
        assertEquals(TargetWorld.TARGET_ADDRESS, entry.address());
        assertEquals("8420", entry.serviceId());
        assertEquals(0xffff, entry.controllerId(), "dynamic controllers");
        assertTrue(entry.adminQueueEntries() >= 32);
        assertTrue(
                (entry.requirements() & DiscoveryEntry.SQ_FLOW_CONTROL_MAY_BE_DISABLED) != 0,
                "TREQ");
    }

    @Test
    void discoverySubsystemListsItself() {
        DiscoveryEntry entry = log().entries().getFirst();
        assertEquals(DiscoveryEntry.TYPE_CURRENT_DISCOVERY, entry.subsystemType());
        assertEquals(Nqn.DISCOVERY, entry.subsystemNqn());
        assertEquals(DiscoveryEntry.PERSISTENT_CONNECTIONS, entry.flags());
    }

    @Test
    void everyPortalIsAnEntryAndNoneIsAReferral() {
        world.await(
                world.target.addPortal(new InetSocketAddress(TargetWorld.TARGET_ADDRESS, 4420)));
        DiscoveryLog log = log();
        assertEquals(
                List.of("4420", "8420"),
                log.entries().stream()
                        .filter(entry -> entry.subsystemNqn().equals(TargetWorld.NQN))
                        .map(DiscoveryEntry::serviceId)
                        .toList());
        assertTrue(
                log.entries().stream()
                        .noneMatch(entry -> entry.subsystemType() == DiscoveryEntry.TYPE_REFERRAL));
    }

    @Test
    void portalOnEveryAddressIsAdvertisedAsTheOneThatWasReached() {
        world.await(world.target.addPortal(new InetSocketAddress("0.0.0.0", 9000)));
        RawHost through = world.connect(new InetSocketAddress(TargetWorld.TARGET_ADDRESS, 9000));
        through.connectQueue(Nqn.DISCOVERY, TargetWorld.HOST_NQN, RawHost.NEW_CONTROLLER, 0, 32, 0);
        through.enable();
        DiscoveryEntry entry =
                log(through).entries().stream()
                        .filter(listed -> listed.serviceId().equals("9000"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(TargetWorld.TARGET_ADDRESS, entry.address());
    }

    @Test
    void portalOnAnIpv6AddressSaysSo() {
        world.await(world.target.addPortal(new InetSocketAddress("fd00::1", 8421)));
        DiscoveryEntry entry =
                log().entries().stream()
                        .filter(listed -> listed.serviceId().equals("8421"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(DiscoveryEntry.FAMILY_IPV6, entry.addressFamily());
        assertEquals("fd00:0:0:0:0:0:0:1", entry.address());
    }

    @Test
    void hostSeesOnlySubsystemsThatLetItIn() {
        addSecond();
        world.await(world.target.setAllowedHosts(SECOND, Set.of(TargetWorld.OTHER_HOST_NQN)));
        assertEquals(List.of(TargetWorld.NQN), nqns(log()));
        RawHost other = world.admin(Nqn.DISCOVERY, TargetWorld.OTHER_HOST_NQN, 0);
        assertEquals(List.of(TargetWorld.NQN, SECOND), nqns(log(other)));
    }

    @Test
    void generationMovesWithEveryChange() {
        long first = log().generation();
        addSecond();
        long second = log().generation();
        assertTrue(second > first);
        world.await(world.target.setAllowedHosts(SECOND, Set.of(TargetWorld.HOST_NQN)));
        long third = log().generation();
        assertTrue(third > second);
        world.await(world.target.removeSubsystem(SECOND));
        assertTrue(log().generation() > third);
    }

    @Test
    void pagesReadInPiecesAreOfOneGeneration() {
        MemorySegment header = host.log(LogPage.DISCOVERY, 0, 1024, true).data();
        addSecond();
        assertEquals(2, DiscoveryLog.entryCount(header, 0));
        RawHost.Response rest = host.log(LogPage.DISCOVERY, 1024, 4096, true);
        assertEquals(Status.SUCCESS, rest.status());
        assertEquals(TargetWorld.NQN, DiscoveryEntry.decode(rest.data(), 1024).subsystemNqn());
        assertEquals(
                0,
                DiscoveryEntry.decode(rest.data(), 2048).transportType(),
                "nothing of the newer page");
        assertTrue(log().generation() > DiscoveryLog.generation(header, 0));
    }

    @Test
    void piecesMayStartAnywhere() {
        MemorySegment whole = host.log(LogPage.DISCOVERY, 0, 3072, true).data();
        RawHost.Response piece = host.log(LogPage.DISCOVERY, 1000, 1100, true);
        assertEquals(-1, piece.data().mismatch(whole.asSlice(1000, 1100)));
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_FIELD),
                host.log(LogPage.DISCOVERY, 4096, 1024, true).status());
    }

    @Test
    void changeIsToldOnceUntilTheLogIsRead() {
        int first = request();
        addSecond();
        assertEquals(AsyncEvent.DISCOVERY_CHANGED, host.response(first).dw0());
        int second = request();
        world.await(world.target.removeSubsystem(SECOND));
        host.plain(AdminOpcode.KEEP_ALIVE);
        assertFalse(host.isAnswered(second));
        log();
        addSecond();
        assertEquals(AsyncEvent.DISCOVERY_CHANGED, host.response(second).dw0());
    }

    @Test
    void changeWhileTheLogIsReadIsToldAfterwards() {
        int first = request();
        int second = request();
        addSecond();
        assertEquals(AsyncEvent.DISCOVERY_CHANGED, host.response(first).dw0());
        host.log(LogPage.DISCOVERY, 0, 1024, true);
        world.await(world.target.removeSubsystem(SECOND));
        host.log(LogPage.DISCOVERY, 1024, 2048, false);
        assertEquals(AsyncEvent.DISCOVERY_CHANGED, host.response(second).dw0());
    }

    private int request() {
        return host.start((to, base, id) ->
                SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
    }

    @Test
    void thereAreNoIoQueues() {
        RawHost io = world.connect();
        assertEquals(
                Status.withDoNotRetry(Status.CONNECT_INVALID_PARAMETERS),
                io.tryConnect(Nqn.DISCOVERY, TargetWorld.HOST_NQN, host.controllerId(), 1, 32, 0)
                        .status());
    }
}
