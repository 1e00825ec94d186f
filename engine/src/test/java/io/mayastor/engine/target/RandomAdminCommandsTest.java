package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.sim.Simulation;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fields a host sends, each command is answered, and the others are served as before. */
class RandomAdminCommandsTest {
    private static final int COMMANDS = 400;
    private static final int[] COMMON_OPCODES = {
        AdminOpcode.GET_LOG_PAGE,
        AdminOpcode.IDENTIFY,
        AdminOpcode.ABORT,
        AdminOpcode.SET_FEATURES,
        AdminOpcode.GET_FEATURES,
        AdminOpcode.FABRICS
    };

    static long[] seeds() {
        return Simulation.seeds(4).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyCommandIsAnswered(long seed) {
        TargetWorld world = new TargetWorld(seed, TargetWorld.OPTIONS);
        SplittableRandom random = new SplittableRandom(seed);
        RawHost bystander = world.admin(TargetWorld.NQN, TargetWorld.OTHER_HOST_NQN, 0);
        RawHost[] hosts = {world.admin(), world.discovery()};
        for (int i = 0; i < COMMANDS; i++) {
            RawHost host = hosts[random.nextInt(hosts.length)];
            int opcode = opcode(random);
            byte[] data = new byte[512];
            random.nextBytes(data);
            int id =
                    host.startWrite(
                            (to, base, command) -> {
                                SubmissionEntry.encode(to, base, opcode, command, nsid(random));
                                SubmissionEntry.setTransportData(to, base, 1 << 20);
                                for (int dword = 10; dword < 16; dword++) {
                                    LittleEndian.put32(to, base + 4L * dword, field(random));
                                }
                                if (opcode == AdminOpcode.FABRICS) {
                                    LittleEndian.put8(
                                            to,
                                            base + SubmissionEntry.FCTYPE,
                                            random.nextBoolean()
                                                    ? FabricsCommandType.PROPERTY_GET
                                                    : random.nextInt(256));
                                }
                            },
                            data);
            host.response(id);
            if (i % 50 == 0) {
                host.enable();
            }
        }
        assertEquals(Status.SUCCESS, bystander.plain(AdminOpcode.KEEP_ALIVE).status());
    }

    private static int opcode(SplittableRandom random) {
        int opcode =
                random.nextInt(4) > 0
                        ? COMMON_OPCODES[random.nextInt(COMMON_OPCODES.length)]
                        : random.nextInt(256);
        return opcode == AdminOpcode.ASYNC_EVENT_REQUEST ? AdminOpcode.KEEP_ALIVE : opcode;
    }

    private static int nsid(SplittableRandom random) {
        int[] likely = {0, 1, 2, SubmissionEntry.ALL_NAMESPACES};
        return random.nextInt(8) > 0 ? likely[random.nextInt(likely.length)] : random.nextInt();
    }

    /** Small numbers, single bits and anything. */
    private static int field(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(256);
            case 2 -> 1 << random.nextInt(32) | random.nextInt(256);
            default -> random.nextInt();
        };
    }
}
