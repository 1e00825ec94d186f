package io.mayastor.bench;

import io.mayastor.engine.initiator.Controller;
import io.mayastor.engine.initiator.ControllerOptions;
import io.mayastor.engine.initiator.Initiator;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * Connects controllers that then only keep themselves alive, prints {@code connected} and stays
 * until its input ends. {@code bench/idle} measures the engine meanwhile.
 */
public final class IdleHosts {
    private static final int IO_QUEUES = 32;
    private static final int QUEUE_DEPTH = 128;
    private static final long KEEP_ALIVE_MILLIS = 5_000;
    private static final int NOT_PINNED = -1;

    private IdleHosts() {}

    /**
     * @param args port, subsystem NQN, number of controllers
     */
    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
        int count = Integer.parseInt(args[2]);
        Reactor reactor = new Reactor("hosts", 0, new LinuxKernel(), ReactorOptions.DEFAULT);
        ReactorThread thread = new ReactorThread(reactor, ReactorOptions.DEFAULT, NOT_PINNED);
        thread.start();
        Initiator initiator = reactor.call(() -> new Initiator(reactor)).join();
        for (int i = 0; i < count; i++) {
            UUID host = new UUID(0x1d1e, i);
            ControllerOptions defaults =
                    ControllerOptions.of(
                            address, args[1], "nqn.2014-08.org.nvmexpress:uuid:" + host, host);
            ControllerOptions options =
                    defaults.withQueues(IO_QUEUES, QUEUE_DEPTH)
                            .withTimeouts(
                                    KEEP_ALIVE_MILLIS,
                                    defaults.commandTimeoutNanos(),
                                    defaults.adminTimeoutNanos());
            Controller controller =
                    reactor.call(() -> initiator.newController(options, ReconnectPolicy.NEVER))
                            .join();
            reactor.call(controller::connect).join().join();
        }
        System.out.println("connected");
        while (System.in.read() >= 0) {
            // whoever started us closes our input when it has measured
        }
        long lost = count - initiator.controllers().stream().filter(Controller::isLive).count();
        System.out.println(lost + " lost");
        System.exit(lost == 0 ? 0 : 1);
    }
}
