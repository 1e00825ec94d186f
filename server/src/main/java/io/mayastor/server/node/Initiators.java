package io.mayastor.server.node;

import io.mayastor.engine.initiator.ControllerOptions;
import io.mayastor.engine.initiator.Initiator;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The NVMe/TCP hosts of this process: one per reactor, made when first needed. Any thread. */
public final class Initiators {
    private final String hostNqn;
    private final Map<Reactor, Initiator> byReactor = new ConcurrentHashMap<>();

    /**
     * @param hostNqn our name where a URI gives none
     */
    public Initiators(String hostNqn) {
        this.hostNqn = hostNqn;
    }

    /** Opens {@code nvmf+tcp://…} with these settings. */
    public NvmeTcpDeviceFactory factory(
            UUID hostId, UnaryOperator<ControllerOptions> tuning, ReconnectPolicy policy) {
        return new NvmeTcpDeviceFactory(this::of, hostNqn, hostId, tuning, policy);
    }

    /** Gives back what the reactors hold; every device must be closed. */
    public CompletableFuture<Void> close() {
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        for (Initiator each : byReactor.values()) {
            steps.add(
                    each.reactor()
                            .call(() -> {
                                each.close();
                                return null;
                            }));
        }
        byReactor.clear();
        return CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new));
    }

    /** On the reactor's thread. */
    private Initiator of(Reactor reactor) {
        return byReactor.computeIfAbsent(reactor, Initiator::new);
    }
}
