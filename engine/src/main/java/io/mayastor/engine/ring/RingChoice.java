package io.mayastor.engine.ring;

/** Which ring the engine is told to use. */
public enum RingChoice {
    /** io_uring where the system allows it, else epoll. */
    AUTOMATIC,
    IO_URING,
    EPOLL
}
