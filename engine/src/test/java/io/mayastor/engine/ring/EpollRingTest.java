package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class EpollRingTest extends LinuxRingTest {
    @Override
    protected Kernel newKernel() {
        return new LinuxKernel(RingChoice.EPOLL);
    }

    @Test
    void theKindOfRingIsTold() {
        LinuxKernel kernel = new LinuxKernel(RingChoice.EPOLL);

        assertEquals("epoll (chosen by configuration)", kernel.ringKind());
        assertEquals(Set.of(), kernel.ringFeatures());
        assertEquals(Set.of(), kernel.missingRingFeatures());
    }
}
