package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.sim.Simulation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A controller that answers with damaged, invented and misplaced PDUs: only its own association
 * suffers, every request completes once, and nothing is left behind.
 */
class ResponseFuzzTest {
    private static final int SEEDS = Integer.getInteger("mayastor.fuzz.seeds", 60);
    private static final int ROUNDS = 40;

    private static LongStream seeds() {
        return Simulation.seeds(SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void onlyTheAssociationOfTheWrongControllerEnds(long seed) {
        HostWorld world = new HostWorld(seed);
        SplittableRandom random = new SplittableRandom(seed);
        InetSocketAddress goodAddress = new InetSocketAddress(HostWorld.TARGET.getAddress(), 8421);
        ScriptedController bad = new ScriptedController(world, HostWorld.TARGET);
        ScriptedController good = new ScriptedController(world, goodAddress);
        Controller controller =
                world.controller(
                        world.options()
                                .withReconnect(1_000_000, 1_000_000)
                                .withTransport(true, seed % 3 == 1, seed % 2 == 1, 8192),
                        ReconnectPolicy.ALWAYS);
        Controller bystander =
                world.controller(
                        ControllerOptions.of(
                                goodAddress, HostWorld.SUBSYSTEM, HostWorld.HOST, new UUID(1, 2)),
                        ReconnectPolicy.NEVER);
        RemoteDevice device = world.device(controller);
        RemoteDevice untouched = world.device(bystander);
        Probe[] probes = {
            new Probe(world, device), new Probe(world, device), new Probe(world, device)
        };
        Probe witness = new Probe(world, untouched);
        bad.script = (connection, pdu) -> damage(random, connection, pdu);
        for (int round = 0; round < ROUNDS; round++) {
            for (Probe probe : probes) {
                probe.submit(
                        random.nextBoolean() ? Operation.READ : Operation.WRITE,
                        random.nextInt(8),
                        1 + random.nextInt(32));
            }
            witness.fill(4096, round).mustRun(Operation.WRITE, round, 1);
            for (Probe probe : probes) {
                probe.status();
            }
            witness.fill(4096, 0).mustRun(Operation.READ, round, 1);
            assertEquals(true, witness.holds(4096, round), "round " + round);
        }
        bad.script = ScriptedController.BEHAVE;
        world.simulation.runUntil("it recovers", controller::isLive);
        world.close(controller);
        world.close(bystander);
        for (Probe probe : probes) {
            assertEquals(1, probe.completions);
        }
        assertEquals("", bystander.lastFailure().replace("closed", ""));
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
    }

    private static boolean damage(
            SplittableRandom random, ScriptedConnection connection, MemorySegment pdu) {
        if (PduHeader.type(pdu, 0) == PduType.H2C_DATA) {
            // An invented R2T has asked for it.
            return !ScriptedController.isAskedFor(connection, pdu);
        }
        if (connection.queueId < 1 && random.nextInt(20) != 0) {
            return false;
        }
        int id =
                PduHeader.type(pdu, 0) == PduType.CAPSULE_CMD
                        ? SubmissionEntry.commandId(pdu, CapsuleCommand.SQE)
                        : random.nextInt(1 << 16);
        switch (random.nextInt(8)) {
            case 0 -> connection.send(noise(random));
            case 1 -> connection.send(flipped(random, answer(random, id)));
            case 2 -> connection.send(answer(random, random.nextInt(1 << 16)));
            case 3, 4 -> connection.send(answer(random, id));
            case 5 -> {
                connection.send(answer(random, id));
                connection.send(answer(random, id));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static MemorySegment noise(SplittableRandom random) {
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private static MemorySegment flipped(SplittableRandom random, MemorySegment pdu) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            long at = random.nextLong(Math.min(pdu.byteSize(), 32));
            byte changed = (byte) (pdu.get(ValueLayout.JAVA_BYTE, at) ^ 1 << random.nextInt(8));
            pdu.set(ValueLayout.JAVA_BYTE, at, changed);
        }
        return pdu;
    }

    private static MemorySegment answer(SplittableRandom random, int id) {
        return switch (random.nextInt(3)) {
            case 0 ->
                    ScriptedController.response(
                            id, 0, random.nextBoolean() ? Status.SUCCESS : random.nextInt(1 << 15));
            case 1 ->
                    ScriptedController.dataPdu(
                            id,
                            random.nextInt(16) & ~3,
                            random.nextInt(4) == 0 ? random.nextInt() : 0,
                            new byte[1 + random.nextInt(40_000)]);
            default ->
                    ScriptedController.readyToTransferPdu(
                            id, random.nextInt(1 << 16), 0, random.nextInt(1 << 17));
        };
    }
}
