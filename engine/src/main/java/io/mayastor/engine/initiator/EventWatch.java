package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.nvme.WireFormatException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Keeps Asynchronous Event Requests with the controller and reads the log page of each event, which
 * clears it (Base 2.0 §5.2). Owner thread: the reactor's.
 */
final class EventWatch {
    /** Told what has changed. */
    interface Owner {
        void namespacesChanged();

        void anaChanged(AnaLog log);
    }

    private static final int MAX_REQUESTS = 4;
    private static final int SMALL_PAGE_BYTES = 512;

    private final AdminStep pageRead;
    private final Owner owner;
    private final ArrayDeque<Integer> pending = new ArrayDeque<>();
    private QueuePair admin;
    private boolean reading;
    private boolean stopped;

    EventWatch(MemorySegment memory, Owner owner) {
        this.pageRead = new AdminStep(memory, this::pageCompleted);
        this.owner = owner;
    }

    /**
     * @param limit requests that the controller takes
     */
    void start(QueuePair queuePair, int limit, boolean ana) {
        admin = queuePair;
        for (int i = 0; i < Math.min(limit, MAX_REQUESTS); i++) {
            request(new Command(this::eventCompleted));
        }
        if (ana) {
            handle(AsyncEvent.ANA_CHANGED);
        }
    }

    void stop() {
        stopped = true;
    }

    private void request(Command command) {
        command.prepare(AdminOpcode.ASYNC_EVENT_REQUEST, 0);
        command.timed = false;
        admin.submit(command);
    }

    private void eventCompleted(Command command) {
        if (stopped || !Status.isSuccess(command.status)) {
            return;
        }
        int event = AsyncEvent.event((int) command.result);
        request(command);
        handle(event);
    }

    private void handle(int event) {
        if (!pending.contains(event)) {
            pending.add(event);
        }
        readNext();
    }

    private void readNext() {
        if (reading || stopped || pending.isEmpty()) {
            return;
        }
        reading = true;
        int page = AsyncEvent.logPage(pending.peek());
        boolean large = page == LogPage.CHANGED_NAMESPACE_LIST || page == LogPage.ANA;
        int length = large ? AdminStep.DATA_BYTES : SMALL_PAGE_BYTES;
        int specific = page == LogPage.ANA ? GetLogPageCommand.LSP_ANA_GROUPS_ONLY : 0;
        GetLogPageCommand.encode(
                pageRead.entry(),
                0,
                0,
                SubmissionEntry.ALL_NAMESPACES,
                page,
                specific,
                false,
                0,
                length);
        pageRead.run(admin, length);
    }

    private void pageCompleted(AdminStep step) {
        reading = false;
        int event = pending.remove();
        if (stopped || Status.isPathError(step.status())) {
            return;
        }
        if (event == AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED) {
            owner.namespacesChanged();
        } else if (event == AsyncEvent.ANA_CHANGED && step.succeeded()) {
            tellAna();
        }
        readNext();
    }

    private void tellAna() {
        AnaLog log;
        try {
            log = AnaLog.decode(pageRead.data(), 0);
        } catch (WireFormatException e) {
            // Nonsense, or more groups than a page holds: the states stay unknown, which costs
            // nothing, since commands to a group that does not serve end with its path status.
            log = new AnaLog(0, List.of());
        }
        owner.anaChanged(log);
    }
}
