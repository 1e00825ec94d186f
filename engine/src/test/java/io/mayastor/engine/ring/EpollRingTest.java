package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EpollRingTest extends LinuxRingTest {
    @Override
    protected Kernel newKernel() {
        return new LinuxKernel(RingChoice.EPOLL);
    }

    @Test
    void theKindOfRingIsTold() {
        assertEquals("epoll (chosen by configuration)", newKernel().ringKind());
    }
}
