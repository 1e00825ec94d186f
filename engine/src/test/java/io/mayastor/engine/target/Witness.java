package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.nvme.Status;
import java.util.SplittableRandom;

/**
 * A well-behaved host on a target that others ill-treat: writes, reads back, and notices every
 * wrong byte and every lost answer.
 */
final class Witness {
    private static final int BLOCK = 4096;
    private static final int PLACES = 16;
    private static final int PLACE_BLOCKS = 32;

    private final SplittableRandom random;
    private final WireHost admin;
    private final WireHost host;
    private final byte[][] stored = new byte[PLACES][];
    private int command;
    private int place;
    private byte[] writing;
    private long rounds;

    Witness(TargetWorld world, String nqn, long seed, int digests) {
        random = new SplittableRandom(seed);
        admin = world.wire().admin(nqn, TargetWorld.OTHER_HOST_NQN, 0);
        host = world.wire(digests, 0);
        int connect =
                host.connect(nqn, TargetWorld.OTHER_HOST_NQN, admin.controllerId(), 1, 32, 0, 0);
        assertEquals(Status.SUCCESS, host.await(connect).status());
    }

    /** Exchanges completed so far. */
    long rounds() {
        return rounds;
    }

    /** Checks what has come and asks for the next. */
    void step() {
        assertFalse(host.stream().isEnded(), "the well-behaved connection was ended");
        assertFalse(admin.stream().isEnded(), "the well-behaved admin connection was ended");
        if (command != 0) {
            if (!host.isAnswered(command)) {
                return;
            }
            check(host.await(command));
        }
        place = random.nextInt(PLACES);
        if (stored[place] != null && random.nextBoolean()) {
            writing = null;
            command = host.read((long) place * PLACE_BLOCKS, stored[place].length / BLOCK, BLOCK);
            return;
        }
        int blocks = 1 + random.nextInt(PLACE_BLOCKS);
        writing = new byte[blocks * BLOCK];
        random.nextBytes(writing);
        command =
                blocks <= 2 && random.nextBoolean()
                        ? host.write((long) place * PLACE_BLOCKS, writing, BLOCK)
                        : host.writeByR2t((long) place * PLACE_BLOCKS, writing, BLOCK);
    }

    private void check(WireHost.Answer answer) {
        assertEquals(Status.SUCCESS, answer.status(), "status of a well-behaved command");
        if (writing != null) {
            stored[place] = writing;
        } else {
            assertArrayEquals(stored[place], answer.data(), "what was written at " + place);
        }
        rounds++;
    }

    void close() {
        host.stream().close();
        admin.stream().close();
    }
}
