package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mayastor.engine.nvme.Status;
import java.util.Arrays;

/**
 * Fuzzes a live connection with arbitrary bytes, before and after its initialization and as an I/O
 * queue, on a target that goes on serving another host.
 */
class TargetFuzzTest {
    private static final int BLOCK = 4096;

    private TargetWorld world;
    private WireHost witnessAdmin;
    private WireHost witness;
    private int inputs;

    private void begin() {
        world = new TargetWorld(1, TargetWorld.OPTIONS);
        witnessAdmin = world.wire().admin(TargetWorld.NQN, TargetWorld.OTHER_HOST_NQN, 0);
        witness = world.wire();
        int connect =
                witness.connect(
                        TargetWorld.NQN,
                        TargetWorld.OTHER_HOST_NQN,
                        witnessAdmin.controllerId(),
                        1,
                        32,
                        0,
                        0);
        assertEquals(Status.SUCCESS, witness.await(connect).status());
    }

    @FuzzTest
    void bytesEndAtMostTheirOwnConnection(byte[] input) {
        if (input.length < 4) {
            return;
        }
        if (world == null || ++inputs % 200 == 0) {
            begin();
        }
        int digests = input[0] >> 2 & 3;
        WireHost admin = null;
        WireHost host;
        switch (input[0] & 3) {
            case 0 -> host = new WireHost(world, world.stream(world.portal));
            case 1 -> host = world.wire(digests, input[1] & 31);
            case 2 -> host = world.wire(digests, 0).admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 0);
            default -> {
                admin = world.wireAdmin();
                host = world.wire(digests, 0).io(admin.controllerId(), 1, 32, digests == 0);
            }
        }
        host.becomeHostile();
        byte[] bytes = Arrays.copyOfRange(input, 4, input.length);
        int cut = bytes.length == 0 ? 0 : (input[2] & 0xff) * bytes.length / 256;
        host.stream().send(Arrays.copyOf(bytes, cut));
        world.simulation.runFor((input[3] & 0xff) * 1_000L);
        host.stream().send(Arrays.copyOfRange(bytes, cut, bytes.length));
        world.simulation.runFor(300_000);
        assertEquals(Status.SUCCESS, witness.await(witness.read(0, 1, BLOCK)).status());
        host.stream().close();
        if (admin != null) {
            admin.stream().close();
        }
        world.simulation.runUntil(
                "the fuzzed connection is closed",
                () -> world.target.connectionCount() == 2,
                1_000_000);
        assertEquals(0, world.target.groupStatistics().getFirst().internalErrorCount());
        assertEquals(new GroupUsage(2, 0, 0, 0, 0, 0, 0, 0, 0), world.usage());
    }
}
