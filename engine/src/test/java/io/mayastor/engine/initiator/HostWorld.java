package io.mayastor.engine.initiator;

import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A host with an initiator, and the network to another machine at {@link #TARGET}, in simulated
 * time.
 */
final class HostWorld {
    static final InetSocketAddress TARGET = new InetSocketAddress("10.0.0.1", 8420);
    static final String SUBSYSTEM = "nqn.2019-05.io.openebs:volume";
    static final String HOST = "nqn.2019-05.io.openebs:host";
    static final long SECOND = 1_000_000_000;

    final Simulation simulation;
    final SimulatedNetwork network;
    final SimulatedKernel targetHost;
    final SimulatedKernel host;
    final Reactor reactor;
    final Initiator initiator;
    final long mappedBytes;
    final int descriptors;

    HostWorld(long seed) {
        this(seed, NetworkProfile.DEFAULT);
    }

    HostWorld(long seed, NetworkProfile profile) {
        simulation = new Simulation(seed);
        network = new SimulatedNetwork(simulation, profile);
        targetHost = network.addHost("10.0.0.1");
        host = network.addHost("10.0.0.2");
        reactor = runReactor("host", host);
        initiator = on(() -> new Initiator(reactor));
        mappedBytes = host.mappedBytes();
        descriptors = host.openDescriptors();
    }

    Reactor runReactor(String name, SimulatedKernel kernel) {
        ArenaOptions small = new ArenaOptions(16 << 20, 16 << 20, 1 << 20, 1 << 20, Runnable::run);
        Participant participant = simulation.participant(name);
        Reactor made = new Reactor(name, 0, kernel, ReactorOptions.DEFAULT.withArena(small));
        participant.run(made);
        return made;
    }

    ControllerOptions options() {
        return ControllerOptions.of(TARGET, SUBSYSTEM, HOST, new UUID(1, 2))
                .withQueues(1, 32)
                .withTimeouts(0, 2 * SECOND, 2 * SECOND);
    }

    Controller controller(ControllerOptions options, ReconnectPolicy policy) {
        return on(() -> initiator.newController(options, policy));
    }

    CompletableFuture<Controller> connect(Controller controller) {
        return on(controller::connect);
    }

    RemoteDevice device(Controller controller) {
        await("the controller is live", connect(controller));
        return on(() ->
                new RemoteDevice(
                        controller,
                        controller.namespaces().getFirst(),
                        "remote",
                        new UUID(3, 4),
                        "nvmf+tcp://…"));
    }

    void close(Controller controller) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        post(() -> controller.close(() -> closed.complete(null)));
        await("the controller is closed", closed);
    }

    <T> T on(Callable<T> task) {
        return await("a call on the host", reactor.call(task));
    }

    /** Posts a task; a world in which nothing else happens notices it too. */
    void post(Runnable task) {
        reactor.execute(task);
        simulation.after(0, () -> {});
    }

    <T> T await(String what, CompletableFuture<T> future) {
        simulation.after(0, () -> {});
        simulation.runUntil(what, future::isDone);
        return future.join();
    }
}
