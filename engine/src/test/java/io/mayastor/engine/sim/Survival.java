package io.mayastor.engine.sim;

import java.util.SplittableRandom;

/**
 * Decides which sectors of the writes that no flush has covered outlive a power cut. Any answer is
 * legal: disks write back in any order and tear writes.
 */
@FunctionalInterface
public interface Survival {
    Survival NONE = (write, sector) -> false;
    Survival ALL = (write, sector) -> true;

    /**
     * Whether this sector of this write is found afterwards.
     *
     * @param write index of the write, in the order of completion; those in flight come last
     * @param sector index of the 512-byte sector in the write
     */
    boolean survives(int write, int sector);

    /** The first {@code writes} survive whole. */
    static Survival prefix(int writes) {
        return (write, sector) -> write < writes;
    }

    /**
     * One of: nothing, everything, whole writes by chance, single sectors by chance, everything up
     * to some write that tears.
     */
    static Survival random(SplittableRandom random) {
        long salt = random.nextLong();
        int last = random.nextInt(64);
        return switch (random.nextInt(5)) {
            case 0 -> NONE;
            case 1 -> ALL;
            case 2 -> (write, sector) -> coin(salt, write, 0);
            case 3 -> (write, sector) -> coin(salt, write, sector);
            default ->
                    (write, sector) -> write < last || (write == last && coin(salt, write, sector));
        };
    }

    private static boolean coin(long salt, int write, int sector) {
        return new SplittableRandom(salt ^ ((long) write << 32 | sector)).nextBoolean();
    }
}
