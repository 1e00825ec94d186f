package io.mayastor.engine.initiator;

/** Decides whether a lost controller is connected to again. Called on the owner reactor. */
@FunctionalInterface
public interface ReconnectPolicy {
    /** Until the controller is closed. */
    ReconnectPolicy ALWAYS = (controller, reason, attempts) -> true;

    /** A lost controller has failed. */
    ReconnectPolicy NEVER = (controller, reason, attempts) -> false;

    /**
     * Every command of the lost association has completed.
     *
     * @param attempts that have failed since the controller was last live
     * @return true: try again after the back-off; false: the controller has failed
     */
    boolean reconnect(Controller controller, String reason, int attempts);
}
