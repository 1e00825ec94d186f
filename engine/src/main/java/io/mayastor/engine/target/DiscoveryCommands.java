package io.mayastor.engine.target;

import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;

/** Admin commands of discovery controllers. One per group; owner thread: its reactor. */
final class DiscoveryCommands extends ControllerCommands {
    private static final Logger LOG = System.getLogger(DiscoveryCommands.class.getName());

    DiscoveryCommands(ConnectionGroup group) {
        super(group);
    }

    /** Any command shows that the host is there: it need not send Keep Alive to be served. */
    @Override
    public int prepare(Command command) {
        command.queue.controller().aliveShown();
        return super.prepare(command);
    }

    @Override
    int checkIdentify(Controller controller, int cns, Command command) {
        return cns == IdentifyCommand.CNS_CONTROLLER ? Status.SUCCESS : Status.INVALID_FIELD;
    }

    @Override
    void identify(Controller controller, int cns, Command command, MemorySegment to, long at) {
        ControllerPage.of(controller).encode(to, at);
    }

    @Override
    boolean hasLog(int page) {
        return LogPages.of(true).contains(page);
    }

    @Override
    int readLog(Controller controller, Command command, long offset, MemorySegment to, long at) {
        int page = GetLogPageCommand.page(Memory.ALL, command.entryBase);
        if (page != LogPage.DISCOVERY) {
            MemorySegment image = LogPages.image(controller, page, 0);
            return LogPages.copy(image, offset, command.dataLength, to, at)
                    ? Status.SUCCESS
                    : Status.INVALID_FIELD;
        }
        DiscoveryLogView view = controller.discoveryLog();
        if (offset == 0 || view == null) {
            view = takeView(controller, command.queue.connection());
            if (view == null) {
                return Status.INTERNAL_ERROR;
            }
            controller.setDiscoveryLog(view);
        }
        if (!view.read(offset, command.dataLength, to, at)) {
            return Status.INVALID_FIELD;
        }
        if (!GetLogPageCommand.retainsEvent(Memory.ALL, command.entryBase)) {
            readWithoutRetaining(controller, view);
        }
        return Status.SUCCESS;
    }

    /** What has changed since the view was taken is still to be told. */
    private void readWithoutRetaining(Controller controller, DiscoveryLogView view) {
        if (view.generation() == group.target().discoveryGeneration()) {
            controller.asyncEvents().logRead(AsyncEvents.Kind.DISCOVERY);
        } else {
            controller.asyncEvents().rearm(AsyncEvents.Kind.DISCOVERY);
        }
    }

    private DiscoveryLogView takeView(Controller controller, Connection connection) {
        Target target = group.target();
        InetAddress reached;
        try {
            reached = group.reactor().kernel().localAddress(connection.socket()).getAddress();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the address of a discovery connection is gone", e);
            return null;
        }
        // The generation first: a change in between shows as a newer one later.
        long generation = target.discoveryGeneration();
        List<String> nqns =
                target.discoverable().stream()
                        .filter(subsystem -> subsystem.allows(controller.hostNqn()))
                        .map(Subsystem::nqn)
                        .toList();
        return DiscoveryLogView.of(generation, target.portals(), reached, nqns);
    }
}
