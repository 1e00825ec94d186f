package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Initiator and target of this engine, each the other's test. */
class AgainstTargetTest {
    private static final UUID NAMESPACE = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    private static final int BLOCK = 4096;

    private final HostWorld world = new HostWorld(1);
    private final Reactor targetReactor = world.runReactor("target", world.targetHost);
    private final Target target = new Target(TargetOptions.DEFAULT, List.of(targetReactor));
    private final MemoryDeviceFactory memory = new MemoryDeviceFactory(UUID::randomUUID);
    private final BlockDevice backing;

    AgainstTargetTest() {
        backing =
                world.await(
                        "the memory device is there",
                        memory.open(
                                DeviceUri.parse("malloc:///m0?size_mb=16&blk_size=4096"),
                                targetReactor));
        world.await("the target starts", target.start());
        world.await("the portal opens", target.addPortal(HostWorld.TARGET));
        world.await(
                "the subsystem is there",
                target.addSubsystem(
                        new SubsystemConfig(
                                HostWorld.SUBSYSTEM,
                                "serial",
                                SubsystemConfig.MODEL,
                                backing,
                                NAMESPACE,
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE)));
    }

    private BlockDevice open(String parameters, UnaryOperator<ControllerOptions> tuning) {
        NvmeTcpDeviceFactory factory =
                new NvmeTcpDeviceFactory(
                        reactor -> world.initiator,
                        HostWorld.HOST,
                        new UUID(1, 2),
                        tuning,
                        ReconnectPolicy.ALWAYS);
        String uri = "nvmf+tcp://10.0.0.1:8420/" + HostWorld.SUBSYSTEM + parameters;
        return world.await("the device opens", factory.open(DeviceUri.parse(uri), world.reactor));
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, false, 8192",
        "false, false, false, 8192",
        "true, true, true, 8192",
        "false, true, true, 0",
        "true, false, false, 0"
    })
    void everyOperationDoesWhatItSays(
            boolean withoutFlowControl, boolean header, boolean data, int inCapsule) {
        BlockDevice device =
                open(
                        "",
                        options ->
                                options.withTransport(withoutFlowControl, header, data, inCapsule));
        Probe probe = new Probe(world, device);
        for (int blocks : new int[] {1, 2, 3, 16, 33, 256}) {
            int bytes = blocks * BLOCK;
            probe.fill(bytes, blocks).mustRun(Operation.WRITE, 5, blocks);
            probe.fill(bytes, 0);
            probe.mustRun(Operation.READ, 5, blocks);
            assertTrue(probe.holds(bytes, blocks), blocks + " blocks read back");
            probe.mustRun(Operation.COMPARE, 5, blocks);
            probe.fill(bytes, 77);
            assertEquals(
                    Status.COMPARE_FAILURE, Status.code(probe.run(Operation.COMPARE, 5, blocks)));
            probe.mustRun(Operation.FLUSH, 0, 0);
            probe.mustRun(
                    blocks % 2 == 0 ? Operation.WRITE_ZEROES : Operation.DEALLOCATE, 5, blocks);
            probe.mustRun(Operation.READ, 5, blocks);
            assertTrue(probe.holdsZeros(bytes), blocks + " blocks read zeros");
        }
    }

    @Test
    void theDeviceIsWhatTheTargetServes() {
        BlockDevice device = open("?uuid=" + NAMESPACE, options -> options);
        assertEquals("10.0.0.1:8420/" + HostWorld.SUBSYSTEM + "n1", device.name());
        assertEquals(NAMESPACE, device.uuid());
        assertEquals(BLOCK, device.blockSize());
        assertEquals(backing.blockCount(), device.blockCount());
        assertEquals(backing.hasVolatileWriteCache(), device.hasVolatileWriteCache());
        assertTrue(device.readsZerosAfterDeallocate());
    }

    @Test
    void anotherUuidThanTheNamespacesIsRefused() {
        CompletionException thrown =
                assertThrows(
                        CompletionException.class,
                        () -> open("?uuid=" + new UUID(0, 1), options -> options));
        DeviceException reason = DeviceException.of(thrown);
        assertEquals(DeviceException.Kind.INVALID_ARGUMENT, reason.kind());
        assertTrue(reason.getMessage().contains(NAMESPACE.toString()), reason.getMessage());
        assertEquals(List.of(), world.initiator.controllers());
    }

    @Test
    void aHostThatIsNotAllowedIsToldSo() {
        world.await(
                "the list is set",
                target.setAllowedHosts(HostWorld.SUBSYSTEM, Set.of("nqn.2019-05.io.openebs:b")));
        CompletionException thrown =
                assertThrows(CompletionException.class, () -> open("", options -> options));
        assertTrue(thrown.getMessage().contains("connect invalid host"), thrown.getMessage());
    }

    @Test
    void growthIsNoticedThroughAnEvent() {
        BlockDevice device = open("", options -> options);
        AtomicLong seen = new AtomicLong();
        world.on(() -> {
            device.addListener(
                    new DeviceListener() {
                        @Override
                        public void resized(BlockDevice changed) {
                            seen.set(changed.blockCount());
                        }
                    });
            return null;
        });
        world.await(
                "the memory device grows",
                memory.openAgain(
                        DeviceUri.parse("malloc:///m0?size_mb=32&blk_size=4096&resize"), backing));
        world.simulation.runUntil("the growth is seen", () -> seen.get() == 2 * 4096);
        Probe probe = new Probe(world, device);
        probe.fill(BLOCK, 1).mustRun(Operation.WRITE, 2 * 4096 - 1, 1);
        assertEquals(Status.LBA_OUT_OF_RANGE, Status.code(probe.run(Operation.READ, 2 * 4096, 1)));
    }

    @Test
    void anAnaChangeIsNoticedThroughAnEvent() {
        RemoteDevice device = (RemoteDevice) open("", options -> options);
        world.await("the state is set", target.setAna(HostWorld.SUBSYSTEM, AnaState.INACCESSIBLE));
        world.simulation.runUntil(
                "the change is seen", () -> device.anaState() == AnaState.INACCESSIBLE);
        Probe probe = new Probe(world, device);
        assertEquals(Status.ANA_INACCESSIBLE, Status.code(probe.run(Operation.READ, 0, 1)));
    }

    @Test
    void keepAliveHoldsAnIdleAssociation() {
        RemoteDevice device =
                (RemoteDevice)
                        open(
                                "",
                                options ->
                                        options.withTimeouts(
                                                2_000, HostWorld.SECOND, HostWorld.SECOND));
        world.simulation.runFor(60 * HostWorld.SECOND);
        assertEquals(ControllerState.LIVE, device.controller().state());
        assertEquals("", device.controller().lastFailure());
    }

    @Test
    void aLostAssociationIsMadeAnewAndServesAgain() {
        RemoteDevice device = (RemoteDevice) open("", options -> options);
        Probe probe = new Probe(world, device);
        probe.fill(BLOCK, 9).mustRun(Operation.WRITE, 7, 1);
        assertTrue(world.network.loseOneConnection());
        world.simulation.runUntil(
                "the loss is seen", () -> device.controller().state() != ControllerState.LIVE);
        assertEquals(Status.HOST_PATHING_ERROR, probe.run(Operation.READ, 7, 1));
        world.simulation.runUntil(
                "it is live again", () -> device.controller().state() == ControllerState.LIVE);
        probe.mustRun(Operation.READ, 7, 1);
        assertTrue(probe.holds(BLOCK, 9));
    }

    @Test
    void closingGivesEverythingBack() {
        BlockDevice device = open("", options -> options.withQueues(4, 16));
        Probe probe = new Probe(world, device);
        probe.fill(BLOCK, 9).mustRun(Operation.WRITE, 7, 1);
        boolean[] closed = {false};
        world.post(() -> device.close(() -> closed[0] = true));
        world.simulation.runUntil("the device is closed", () -> closed[0]);
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
        assertEquals(List.of(), world.initiator.controllers());
        assertEquals(Status.HOST_PATHING_ERROR, probe.run(Operation.READ, 7, 1));
        world.simulation.runUntil("the target has let go", () -> target.connectionCount() == 0);
    }

    @Test
    void requestsBeyondTheQueueDepthWaitAndAllComplete() {
        BlockDevice device = open("", options -> options.withQueues(2, 4));
        Probe[] probes = new Probe[14];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = new Probe(world, device);
            probes[i].fill(2 * BLOCK, i).submit(Operation.WRITE, 2L * i, 2);
        }
        for (Probe probe : probes) {
            assertTrue(Status.isSuccess(probe.status()), Status.name(probe.io.status));
        }
        for (int i = 0; i < probes.length; i++) {
            probes[i].mustRun(Operation.READ, 2L * i, 2);
            assertTrue(probes[i].holds(2 * BLOCK, i), "request " + i);
            assertFalse(probes[i].holds(2 * BLOCK, i + 1));
        }
    }
}
