package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;
import java.util.StringJoiner;

/**
 * What the running kernel's io_uring can do, found by its feature bits and its list of operations,
 * never by its version.
 *
 * @param features IORING_FEAT_ bits
 * @param operations bit n: operation n is supported
 */
record KernelFeatures(int features, long operations) {
    private static final int NEEDED_FEATURES =
            FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_FAST_POLL | FEAT_EXT_ARG;
    private static final int[] NEEDED_OPERATIONS = {
        OP_FSYNC,
        OP_POLL_ADD,
        OP_SENDMSG,
        OP_ACCEPT,
        OP_ASYNC_CANCEL,
        OP_CONNECT,
        OP_FALLOCATE,
        OP_CLOSE,
        OP_READ,
        OP_WRITE,
        OP_RECV,
        OP_SHUTDOWN,
    };

    /** Asks the kernel, and refuses one on which the engine cannot work. */
    static KernelFeatures probe(UringDescriptor ring, int features, Arena arena)
            throws UringDescriptor.RefusedException {
        long probe = arena.allocate(16 + 8L * OP_LAST_PROBED, 8).address();
        int result = ring.register(REGISTER_PROBE, probe, OP_LAST_PROBED);
        if (result < 0) {
            throw new UringDescriptor.RefusedException(
                    "io_uring cannot be probed: " + Errno.describe(result));
        }
        long operations = 0;
        for (int i = 0; i < OP_LAST_PROBED; i++) {
            if ((Memory.getByte(probe + 16 + 8L * i + 2) & 1) != 0) {
                operations |= 1L << i;
            }
        }
        KernelFeatures found = new KernelFeatures(features, operations);
        found.requireNeeded();
        return found;
    }

    private void requireNeeded() throws UringDescriptor.RefusedException {
        if ((features & NEEDED_FEATURES) != NEEDED_FEATURES) {
            throw new UringDescriptor.RefusedException(
                    "this kernel's io_uring is too old: features 0x"
                            + Integer.toHexString(features));
        }
        StringJoiner missing = new StringJoiner(", ");
        for (int operation : NEEDED_OPERATIONS) {
            if (!supports(operation)) {
                missing.add(Integer.toString(operation));
            }
        }
        if (missing.length() > 0) {
            throw new UringDescriptor.RefusedException(
                    "this kernel's io_uring lacks operations " + missing);
        }
    }

    boolean supports(int operation) {
        return (operations >>> operation & 1) != 0;
    }

    /** Whether a sleeping enter can be kept out of the CPU's iowait figure. */
    boolean noIoWait() {
        return (features & FEAT_NO_IOWAIT) != 0;
    }
}
