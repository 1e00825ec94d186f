package io.mayastor.engine.target;

/** Features of a controller. */
final class ControllerFeatures {
    ControllerFeatures(Controller controller) {}
}
