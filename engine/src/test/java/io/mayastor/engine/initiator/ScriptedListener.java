package io.mayastor.engine.initiator;

import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.sim.SimulatedKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** Accepts the connections of a {@link ScriptedController}. */
final class ScriptedListener {
    private final SimulatedKernel kernel;
    private final ScriptedController controller;
    private final Ring ring;
    private final int listener;

    ScriptedListener(
            SimulatedKernel kernel, ScriptedController controller, InetSocketAddress address) {
        this.kernel = kernel;
        this.controller = controller;
        ring = kernel.newRing(RingOptions.DEFAULT);
        try {
            listener = kernel.listen(address, 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        accept();
        controller.participant.start(() -> ring.turn(Long.MAX_VALUE));
    }

    private void accept() {
        ring.accept(
                listener,
                (socket, flags) -> {
                    controller.connections.add(
                            new ScriptedConnection(kernel, ring, socket, controller));
                    accept();
                });
    }
}
