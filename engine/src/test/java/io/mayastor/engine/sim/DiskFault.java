package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;

/**
 * A rule by which a disk misbehaves: which operations it meets, and what happens to them. The first
 * rule that matches an operation acts.
 *
 * @param on kind of operation
 * @param fromByte range of the disk it concerns, end exclusive; a flush matches any range
 * @param chance of each matching operation being hit
 * @param times it acts at most this often
 */
public record DiskFault(
        Kind on, long fromByte, long toByte, double chance, int times, Effect effect) {
    /** What a rule looks at. */
    public enum Kind {
        READ,
        WRITE,
        FLUSH,
        /** fallocate and discard */
        ALLOCATE
    }

    /** What happens to the operation. */
    public sealed interface Effect {
        /**
         * It fails and does nothing. A failed flush leaves what it should have covered
         * un-flushable, as Linux does.
         */
        record Fail(int errno) implements Effect {}

        /** Only a part is transferred, at least one block where it has more than one. */
        record Shorten() implements Effect {}

        /** It takes longer; {@link Long#MAX_VALUE}: it never ends. */
        record Delay(long nanos) implements Effect {}

        /** A write lands elsewhere and reports success; a read comes from elsewhere. */
        record Misdirect(long shiftBytes) implements Effect {}

        /** A write reports success and is not done. */
        record Lose() implements Effect {}

        /** A write is done in part and fails. */
        record Tear() implements Effect {}

        /** A read gives, or a write stores, one wrong bit. */
        record FlipBit() implements Effect {}
    }

    /** Hits every such operation anywhere, without end. */
    public static DiskFault every(Kind on, Effect effect) {
        return new DiskFault(on, 0, Long.MAX_VALUE, 1, Integer.MAX_VALUE, effect);
    }

    public static Effect ioError() {
        return new Effect.Fail(Errno.EIO);
    }

    public DiskFault within(long fromByte, long toByte) {
        return new DiskFault(on, fromByte, toByte, chance, times, effect);
    }

    public DiskFault withChance(double chance) {
        return new DiskFault(on, fromByte, toByte, chance, times, effect);
    }

    public DiskFault atMost(int times) {
        return new DiskFault(on, fromByte, toByte, chance, times, effect);
    }

    boolean matches(Kind kind, long offset, long length) {
        return kind == on
                && (kind == Kind.FLUSH || (offset < toByte && offset + length > fromByte));
    }
}
