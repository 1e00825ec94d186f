package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.ControllerCapabilities;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.ControllerStatus;
import io.mayastor.engine.nvme.DisconnectCommand;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import org.junit.jupiter.api.Test;

class FabricsCommandsTest {
    private static final int INVALID = Status.withDoNotRetry(Status.INVALID_FIELD);

    private final TargetWorld world = new TargetWorld();

    private RawHost notEnabled() {
        RawHost host = world.connect();
        host.connectQueue(TargetWorld.NQN, TargetWorld.HOST_NQN, RawHost.NEW_CONTROLLER, 0, 32, 0);
        return host;
    }

    private static int configuration(int shutdown) {
        return new ControllerConfiguration(true, 0, 0, 0, shutdown, 6, 4, false).encode();
    }

    private static int status(RawHost host) {
        return host.property(Property.CSTS).dw0();
    }

    @Test
    void capabilitiesLimitQueuesAndPages() {
        ControllerCapabilities capabilities =
                ControllerCapabilities.decode(world.admin().property(Property.CAP).result());
        assertEquals(128, capabilities.maxQueueEntries());
        assertTrue(capabilities.contiguousQueues());
        assertEquals(0, capabilities.minPageShift());
        assertEquals(ControllerCapabilities.CSS_NVM, capabilities.commandSets());
        assertTrue(capabilities.timeoutUnits() > 0);
    }

    @Test
    void versionIsTwo() {
        assertEquals(0x20000, world.admin().property(Property.VS).dw0());
    }

    @Test
    void enablingMakesReadyAndDisablingUndoesIt() {
        RawHost host = notEnabled();
        assertFalse(ControllerStatus.isReady(status(host)));
        host.enable();
        assertTrue(ControllerStatus.isReady(status(host)));
        assertEquals(RawHost.enabled(), host.property(Property.CC).dw0());
        host.setProperty(Property.CC, 0);
        assertFalse(ControllerStatus.isReady(status(host)));
    }

    @Test
    void onlyFabricsCommandsAreTakenBeforeEnable() {
        RawHost host = notEnabled();
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                host.identify(IdentifyCommand.CNS_CONTROLLER, 0).status());
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                host.plain(AdminOpcode.KEEP_ALIVE).status());
    }

    @Test
    void resetEndsTheIoQueuesAndKeepsTheAdminQueue() {
        RawHost host = world.admin();
        RawHost io = world.io(host, 1);
        host.setProperty(Property.CC, 0);
        io.awaitClose();
        host.enable();
        RawHost again = world.io(host, 1);
        assertEquals(Status.SUCCESS, flush(again));
    }

    private static int flush(RawHost io) {
        return io.call((to, base, id) -> SubmissionEntry.encode(to, base, NvmOpcode.FLUSH, id, 1))
                .status();
    }

    @Test
    void shutdownCompletesAtOnceAndEndsService() {
        RawHost host = world.admin();
        assertEquals(
                Status.SUCCESS,
                host.setProperty(
                                Property.CC, configuration(ControllerConfiguration.SHUTDOWN_NORMAL))
                        .status());
        assertTrue(ControllerStatus.isShutdownComplete(status(host)));
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                host.identify(IdentifyCommand.CNS_CONTROLLER, 0).status());
    }

    @Test
    void configurationsWeDoNotHaveAreRefused() {
        ControllerConfiguration[] wrong = {
            new ControllerConfiguration(true, 6, 0, 0, 0, 6, 4, false),
            new ControllerConfiguration(true, 7, 0, 0, 0, 6, 4, false),
            new ControllerConfiguration(true, 0, 1, 0, 0, 6, 4, false),
            new ControllerConfiguration(true, 0, 0, 1, 0, 6, 4, false),
            new ControllerConfiguration(true, 0, 0, 0, 3, 6, 4, false),
            new ControllerConfiguration(true, 0, 0, 0, 0, 7, 4, false),
            new ControllerConfiguration(true, 0, 0, 0, 0, 6, 5, false),
            new ControllerConfiguration(true, 0, 0, 0, 0, 6, 4, true),
        };
        RawHost host = notEnabled();
        for (ControllerConfiguration configuration : wrong) {
            assertEquals(
                    INVALID,
                    host.setProperty(Property.CC, configuration.encode()).status(),
                    configuration.toString());
            assertFalse(ControllerStatus.isReady(status(host)));
        }
        host.enable();
    }

    @Test
    void propertiesThatDoNotExistAreRefused() {
        RawHost host = world.admin();
        assertEquals(INVALID, host.property(Property.NSSR).status());
        assertEquals(INVALID, propertyAt(host, 0x1000, 0));
        assertEquals(INVALID, propertyAt(host, 0x04, 0));
    }

    @Test
    void propertyOfAnotherSizeIsRefused() {
        RawHost host = world.admin();
        assertEquals(INVALID, propertyAt(host, Property.CAP.offset(), 0));
        assertEquals(INVALID, propertyAt(host, Property.VS.offset(), 1));
        assertEquals(INVALID, propertyAt(host, Property.VS.offset(), 5));
    }

    private static int propertyAt(RawHost host, int offset, int size) {
        return host.call(
                        (to, base, id) -> {
                            PropertyCommand.encodeGet(to, base, id, Property.VS);
                            LittleEndian.put8(to, base + PropertyCommand.ATTRIB, size);
                            LittleEndian.put32(to, base + PropertyCommand.OFST, offset);
                        })
                .status();
    }

    @Test
    void onlyTheConfigurationCanBeSet() {
        RawHost host = world.admin();
        for (Property property : new Property[] {Property.CAP, Property.VS, Property.CSTS}) {
            assertEquals(INVALID, host.setProperty(property, 0).status(), property.name());
        }
    }

    @Test
    void disconnectEndsAnIoQueueAfterItsAnswer() {
        RawHost host = world.admin();
        RawHost io = world.io(host, 1);
        assertEquals(Status.SUCCESS, io.call(DisconnectCommand::encode).status());
        io.close();
        RawHost again = world.io(host, 1);
        assertEquals(Status.SUCCESS, flush(again), "the queue can be connected anew");
    }

    @Test
    void disconnectedQueueExecutesNothingMore() {
        RawHost host = world.admin();
        RawHost io = world.io(host, 1);
        assertEquals(Status.SUCCESS, io.call(DisconnectCommand::encode).status());
        io.start((to, base, id) -> SubmissionEntry.encode(to, base, NvmOpcode.FLUSH, id, 1));
        host.plain(AdminOpcode.KEEP_ALIVE);
        assertTrue(world.device.submitted.isEmpty(), "seen: " + world.device.submitted);
    }

    @Test
    void fabricsCommandsBelongToTheirQueue() {
        RawHost host = world.admin();
        RawHost io = world.io(host, 1);
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_QUEUE_TYPE),
                host.call(DisconnectCommand::encode).status());
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_QUEUE_TYPE),
                io.property(Property.CSTS).status());
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                host.tryConnect(
                                TargetWorld.NQN,
                                TargetWorld.HOST_NQN,
                                RawHost.NEW_CONTROLLER,
                                0,
                                32,
                                0)
                        .status());
    }

    @Test
    void hostsMayTryAgainWhenTheirSubsystemOrControllerIsNotHere() {
        String later = TargetWorld.NQN + "-later";
        assertEquals(
                Status.CONNECT_INVALID_PARAMETERS,
                world.connect()
                        .tryConnect(later, TargetWorld.HOST_NQN, RawHost.NEW_CONTROLLER, 0, 32, 0)
                        .status());
        assertEquals(
                Status.CONNECT_INVALID_PARAMETERS,
                world.connect()
                        .tryConnect(TargetWorld.NQN, TargetWorld.HOST_NQN, 77, 1, 32, 0)
                        .status());
    }

    @Test
    void authenticationIsRefusedUntilItExists() {
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_OPCODE),
                world.admin()
                        .call((to, base, id) ->
                                SubmissionEntry.encodeFabrics(
                                        to, base, FabricsCommandType.AUTHENTICATION_RECEIVE, id))
                        .status());
    }
}
