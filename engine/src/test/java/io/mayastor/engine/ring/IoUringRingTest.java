package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class IoUringRingTest extends LinuxRingTest {
    @Override
    protected Kernel newKernel() {
        Kernel kernel = new LinuxKernel();
        assumeTrue(kernel.ringKind().equals("io_uring"), "this machine gives " + kernel.ringKind());
        return kernel;
    }

    @Test
    void theKindOfRingIsTold() {
        assertEquals("io_uring", new LinuxKernel(RingChoice.IO_URING).ringKind());
    }
}
