package io.mayastor.engine.sim;

import java.util.SplittableRandom;

/**
 * Decides which blocks of the writes that no flush has covered outlive a power cut. Any answer is
 * legal: disks write back in any order and tear writes.
 */
@FunctionalInterface
public interface Survival {
    Survival NONE = (write, unit) -> false;
    Survival ALL = (write, unit) -> true;

    /**
     * Whether this unit of this write is found afterwards.
     *
     * @param write index of the write, in the order of completion; those in flight come last
     * @param unit index of the block in the write: 512 bytes in a file, a block of a block device;
     *     of a large range of zeros, several
     */
    boolean survives(int write, int unit);

    /** The first {@code writes} survive whole. */
    static Survival prefix(int writes) {
        return (write, unit) -> write < writes;
    }

    /**
     * One of: nothing, everything, whole writes by chance, single units by chance, everything up to
     * some write that tears.
     */
    static Survival random(SplittableRandom random) {
        long salt = random.nextLong();
        int last = random.nextInt(64);
        return switch (random.nextInt(5)) {
            case 0 -> NONE;
            case 1 -> ALL;
            case 2 -> (write, unit) -> coin(salt, write, 0);
            case 3 -> (write, unit) -> coin(salt, write, unit);
            default -> (write, unit) -> write < last || (write == last && coin(salt, write, unit));
        };
    }

    private static boolean coin(long salt, int write, int unit) {
        return new SplittableRandom(salt ^ ((long) write << 32 | unit)).nextBoolean();
    }
}
