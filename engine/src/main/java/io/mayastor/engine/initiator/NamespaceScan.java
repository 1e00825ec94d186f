package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.NamespaceDescriptors;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.WireFormatException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a controller which namespaces are active and what they are: once when an association is made
 * and again whenever a notice says so. Owner thread: the reactor's.
 */
final class NamespaceScan {
    /** Told how a scan has ended. */
    interface Owner {
        void scanned(List<RemoteNamespace> namespaces);

        void scanFailed(String reason);
    }

    /** A subsystem of ours has one namespace; this bounds what a foreign one may cost. */
    private static final int MAX_NAMESPACES = 64;

    private enum Stage {
        IDLE,
        LIST,
        NAMESPACE,
        DESCRIPTORS
    }

    private final AdminStep step;
    private final Owner owner;
    private final List<RemoteNamespace> found = new ArrayList<>();
    private Stage stage = Stage.IDLE;
    private boolean again;
    private QueuePair admin;
    private List<Integer> ids = List.of();
    private int index;
    private IdentifyNamespace identified;

    NamespaceScan(MemorySegment memory, Owner owner) {
        this.step = new AdminStep(memory, this::completed);
        this.owner = owner;
    }

    /** Scans; during a scan: scans once more after it. */
    void start(QueuePair queuePair) {
        admin = queuePair;
        if (stage != Stage.IDLE) {
            again = true;
            return;
        }
        found.clear();
        index = 0;
        ask(Stage.LIST, IdentifyCommand.CNS_ACTIVE_NAMESPACES, 0);
    }

    private void ask(Stage next, int cns, int namespaceId) {
        stage = next;
        IdentifyCommand.encode(step.entry(), 0, 0, namespaceId, cns, 0);
        step.run(admin, IdentifyCommand.DATA_LENGTH);
    }

    private void completed(AdminStep done) {
        boolean optional = stage == Stage.DESCRIPTORS;
        if (!done.succeeded() && !(optional && !Status.isPathError(done.status()))) {
            stage = Stage.IDLE;
            owner.scanFailed("identify of namespaces: " + Status.name(done.status()));
            return;
        }
        try {
            next();
        } catch (WireFormatException e) {
            stage = Stage.IDLE;
            owner.scanFailed("identify of namespaces: " + e.getMessage());
        }
    }

    private void next() {
        switch (stage) {
            case IDLE -> throw new IllegalStateException("a completion without a question");
            case LIST -> {
                List<Integer> active = NamespaceList.decode(step.data(), 0).namespaceIds();
                ids = active.subList(0, Math.min(active.size(), MAX_NAMESPACES));
                askNamespace();
            }
            case NAMESPACE -> {
                identified = IdentifyNamespace.decode(step.data(), 0);
                ask(Stage.DESCRIPTORS, IdentifyCommand.CNS_NAMESPACE_DESCRIPTORS, ids.get(index));
            }
            case DESCRIPTORS -> {
                Optional<NamespaceDescriptors> descriptors =
                        step.succeeded()
                                ? Optional.of(NamespaceDescriptors.decode(step.data(), 0))
                                : Optional.empty();
                if (identified.sizeBlocks() != 0) {
                    found.add(RemoteNamespace.of(ids.get(index), identified, descriptors));
                }
                index++;
                askNamespace();
            }
        }
    }

    private void askNamespace() {
        if (index < ids.size()) {
            ask(Stage.NAMESPACE, IdentifyCommand.CNS_NAMESPACE, ids.get(index));
            return;
        }
        stage = Stage.IDLE;
        if (again) {
            again = false;
            start(admin);
        } else {
            owner.scanned(List.copyOf(found));
        }
    }
}
