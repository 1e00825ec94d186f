package io.mayastor.engine.sim;

/** A simulated run went wrong. The message carries the seed that repeats it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    SimulationFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
