package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import java.util.SplittableRandom;

/**
 * An open file or block device: carries out the ring's file operations on a {@link SimulatedDisk},
 * each at one instant after a time that the seed decides.
 */
final class OpenFile extends Descriptor {
    private static final int ENOTSOCK = 88;
    private static final int MAX_GARBAGE_BYTES = 1 << 20;

    final SimulatedDisk disk;
    private final Simulation simulation;
    private final Kernel.OpenMode mode;
    private final SplittableRandom random;

    OpenFile(
            Simulation simulation,
            SimulatedDisk disk,
            Kernel.OpenMode mode,
            SplittableRandom random) {
        this.simulation = simulation;
        this.disk = disk;
        this.mode = mode;
        this.random = random;
    }

    @Override
    void start(Operation operation) {
        int refusal = refusal(operation);
        if (refusal != 0) {
            operation.finish(-refusal);
            return;
        }
        switch (operation.kind) {
            case READ -> later(operation, DiskFault.Kind.READ, disk.profile().readNanos());
            case WRITE -> {
                disk.changeStarted(operation);
                later(operation, DiskFault.Kind.WRITE, disk.profile().readNanos());
            }
            case SYNC -> {
                operation.offset = disk.flushMark();
                later(operation, DiskFault.Kind.FLUSH, disk.profile().flushNanos());
            }
            case ALLOCATE, DISCARD -> {
                if (operation.kind == Operation.Kind.DISCARD || operation.argument != 0) {
                    disk.changeStarted(operation);
                }
                later(operation, DiskFault.Kind.ALLOCATE, disk.profile().flushNanos());
            }
            case POLL ->
                    operation.finish(
                            operation.argument & (StreamSocket.POLL_IN | StreamSocket.POLL_OUT));
            default -> operation.finish(-ENOTSOCK);
        }
    }

    private int refusal(Operation operation) {
        boolean changes =
                operation.kind == Operation.Kind.WRITE
                        || operation.kind == Operation.Kind.ALLOCATE
                        || operation.kind == Operation.Kind.DISCARD;
        if (changes && !mode.write()) {
            return Errno.EBADF;
        }
        if (operation.offset < 0 || operation.length < 0 || operation.rangeBytes < 0) {
            return Errno.EINVAL;
        }
        int align = disk.blockBytes();
        return switch (operation.kind) {
            case READ, WRITE ->
                    mode.direct()
                                    && (operation.offset % align != 0
                                            || operation.length % align != 0
                                            || operation.address % align != 0)
                            ? Errno.EINVAL
                            : 0;
            case ALLOCATE -> allocateRefusal(operation);
            case DISCARD -> {
                if (!disk.isBlockDevice()) {
                    yield Errno.EOPNOTSUPP;
                }
                yield operation.offset % align != 0
                                || operation.rangeBytes % align != 0
                                || operation.offset + operation.rangeBytes > disk.sizeBytes()
                        ? Errno.EINVAL
                        : 0;
            }
            default -> 0;
        };
    }

    private int allocateRefusal(Operation operation) {
        if (operation.rangeBytes == 0) {
            return Errno.EINVAL;
        }
        if (!disk.isBlockDevice()) {
            return 0;
        }
        if (operation.argument != Ring.PUNCH_HOLE && operation.argument != Ring.ZERO_RANGE) {
            return Errno.EOPNOTSUPP;
        }
        boolean aligned =
                operation.offset % disk.blockBytes() == 0
                        && operation.rangeBytes % disk.blockBytes() == 0;
        return aligned && operation.offset < disk.sizeBytes() ? 0 : Errno.EINVAL;
    }

    private void later(Operation operation, DiskFault.Kind kind, long leastNanos) {
        DiskProfile profile = disk.profile();
        DiskFault.Effect effect =
                disk.fault(
                        kind,
                        operation.offset,
                        Math.max(operation.length, operation.rangeBytes),
                        random);
        long nanos =
                leastNanos
                        + (profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos()));
        if (random.nextDouble() < profile.slowChance()) {
            nanos *= profile.slowFactor();
        }
        if (effect instanceof DiskFault.Effect.Delay(long delay)) {
            if (delay == Long.MAX_VALUE) {
                return;
            }
            nanos += delay;
        }
        operation.event =
                simulation.schedule(
                        simulation.nanoTime() + nanos, () -> carryOut(operation, effect));
    }

    private void carryOut(Operation operation, DiskFault.Effect effect) {
        operation.finish(
                switch (operation.kind) {
                    case READ -> read(operation, effect);
                    case WRITE -> write(operation, effect);
                    case SYNC -> flush(operation, effect);
                    case ALLOCATE, DISCARD -> allocate(operation, effect);
                    default -> throw new IllegalStateException(operation.toString());
                });
    }

    private int read(Operation operation, DiskFault.Effect effect) {
        int length = disk.readableLength(operation.offset, operation.length);
        if (length == 0 || effect == null) {
            disk.readTo(operation.offset, operation.address, length);
            return length;
        }
        return switch (effect) {
            case DiskFault.Effect.Fail(int errno) -> -errno;
            case DiskFault.Effect.Shorten() -> {
                int part = partOf(length);
                disk.readTo(operation.offset, operation.address, part);
                yield part;
            }
            case DiskFault.Effect.Misdirect(long shift) -> {
                disk.readTo(shifted(operation.offset, shift, length), operation.address, length);
                yield length;
            }
            case DiskFault.Effect.FlipBit() -> {
                disk.readTo(operation.offset, operation.address, length);
                long victim = operation.address + random.nextInt(length);
                Memory.putByte(victim, (byte) (Memory.getByte(victim) ^ (1 << random.nextInt(8))));
                yield length;
            }
            case DiskFault.Effect.Delay _, DiskFault.Effect.Lose _, DiskFault.Effect.Tear _ -> {
                disk.readTo(operation.offset, operation.address, length);
                yield length;
            }
        };
    }

    private int write(Operation operation, DiskFault.Effect effect) {
        disk.changeEnded(operation);
        int length = disk.writableLength(operation.offset, operation.length);
        if (length == 0 && operation.length > 0) {
            return -Errno.ENOSPC;
        }
        boolean durable = (operation.argument & Ring.DSYNC) != 0;
        if (length == 0 || effect == null) {
            return store(operation, operation.offset, length, durable);
        }
        return switch (effect) {
            case DiskFault.Effect.Fail(int errno) -> -errno;
            case DiskFault.Effect.Shorten() ->
                    store(operation, operation.offset, partOf(length), durable);
            case DiskFault.Effect.Misdirect(long shift) ->
                    store(operation, shifted(operation.offset, shift, length), length, durable);
            case DiskFault.Effect.Lose() -> length;
            case DiskFault.Effect.Tear() -> {
                tear(operation, length);
                yield -Errno.EIO;
            }
            case DiskFault.Effect.FlipBit() -> {
                byte[] bytes = SimulatedDisk.bytesOf(operation.address, length);
                bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                disk.store(operation.offset, bytes, durable);
                yield length;
            }
            case DiskFault.Effect.Delay _ -> store(operation, operation.offset, length, durable);
        };
    }

    private int store(Operation operation, long offset, int length, boolean durable) {
        disk.store(offset, SimulatedDisk.bytesOf(operation.address, length), durable);
        return length;
    }

    private void tear(Operation operation, int length) {
        for (int done = 0; done < length; done += disk.blockBytes()) {
            if (random.nextBoolean()) {
                int part = Math.min(disk.blockBytes(), length - done);
                disk.store(
                        operation.offset + done,
                        SimulatedDisk.bytesOf(operation.address + done, part),
                        false);
            }
        }
    }

    private int flush(Operation operation, DiskFault.Effect effect) {
        if (effect instanceof DiskFault.Effect.Fail(int errno)) {
            disk.failFlush(operation.offset);
            return -errno;
        }
        if (!(effect instanceof DiskFault.Effect.Lose)) {
            disk.flush(operation.offset);
        }
        return 0;
    }

    private int allocate(Operation operation, DiskFault.Effect effect) {
        disk.changeEnded(operation);
        if (effect instanceof DiskFault.Effect.Fail(int errno)) {
            return -errno;
        }
        if (effect instanceof DiskFault.Effect.Lose) {
            return 0;
        }
        if (operation.kind == Operation.Kind.DISCARD) {
            discard(operation.offset, operation.rangeBytes);
        } else if (operation.argument == Ring.PUNCH_HOLE || operation.argument == Ring.ZERO_RANGE) {
            disk.clear(operation.offset, operation.rangeBytes);
        } else {
            disk.extend(operation.offset + operation.rangeBytes);
        }
        return 0;
    }

    /** Afterwards the range reads what it likes: zeros, the old content, garbage. */
    private void discard(long offset, long length) {
        int outcome = random.nextInt(3);
        if (outcome == 0 || length > MAX_GARBAGE_BYTES) {
            disk.clear(offset, length);
        } else if (outcome == 1) {
            byte[] garbage = new byte[(int) length];
            random.nextBytes(garbage);
            disk.store(offset, garbage, false);
        }
    }

    private int partOf(int length) {
        int blocks = length / disk.blockBytes();
        return blocks <= 1 ? length : disk.blockBytes() * (1 + random.nextInt(blocks - 1));
    }

    private long shifted(long offset, long shift, int length) {
        return Math.clamp(
                Math.floorMod(offset + shift, disk.sizeBytes()),
                0,
                Math.max(0, disk.sizeBytes() - length));
    }

    /**
     * An operation that no device has seen yet may be called back; which that is, the seed decides.
     */
    @Override
    void cancel(Operation operation) {
        if (random.nextInt(4) == 0) {
            disk.changeEnded(operation);
            operation.finish(-Errno.ECANCELED);
        }
    }

    @Override
    void abandon(Operation operation) {
        if (operation.event != null && operation.event.pending()) {
            carryOut(operation, null);
        } else {
            forget(operation);
        }
    }

    /** The operation never happens. */
    void forget(Operation operation) {
        disk.changeEnded(operation);
        operation.finish(-Errno.EIO);
    }

    @Override
    void released() {
        disk.unlock(this);
    }
}
