package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AnaLog;

/** Told of a {@link Controller}'s life, on its reactor. */
public interface ControllerListener {
    /** An association is made; {@link Controller#namespaces()} is new. */
    default void live(Controller controller) {}

    /** The association is lost; outstanding commands complete after this. */
    default void lost(Controller controller, String reason) {}

    /** There will be no further attempt. */
    default void failed(Controller controller, String reason) {}

    /** The controller has announced a change, and {@link Controller#namespaces()} is new. */
    default void namespacesChanged(Controller controller) {}

    /** The state of a namespace is that of its group in the log. */
    default void anaChanged(Controller controller, AnaLog log) {}
}
