package io.mayastor.engine.target;

/** Asynchronous events of a controller. */
final class AsyncEvents {
    AsyncEvents(Controller controller) {}

    void anaChanged() {}

    void namespaceChanged(int id) {}

    void discoveryChanged() {}

    void reset() {}
}
