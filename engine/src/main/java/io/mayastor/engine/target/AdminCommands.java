package io.mayastor.engine.target;

import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyNvmNamespace;
import io.mayastor.engine.nvme.IoCommandSets;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Admin commands of controllers with a namespace. One per group; owner thread: its reactor. */
final class AdminCommands extends ControllerCommands {
    /** NSIDs from here on name no namespace that could follow. */
    private static final int LIST_LIMIT = 0xfffffffe;

    private static final int CURRENT_CONTROLLER = 0xffff;

    AdminCommands(ConnectionGroup group) {
        super(group);
    }

    @Override
    int checkIdentify(Controller controller, int cns, Command command) {
        MemorySegment entries = Memory.ALL;
        long entry = command.entryBase;
        int nsid = SubmissionEntry.namespaceId(entries, entry);
        boolean nvm = IdentifyCommand.commandSet(entries, entry) == IdentifyCommand.CSI_NVM;
        boolean namespace = controller.subsystem().namespace(nsid) != null;
        return switch (cns) {
            case IdentifyCommand.CNS_CONTROLLER -> Status.SUCCESS;
            case IdentifyCommand.CNS_NAMESPACE,
                    IdentifyCommand.CNS_NAMESPACE_DESCRIPTORS,
                    IdentifyCommand.CNS_INDEPENDENT_NAMESPACE ->
                    namespace ? Status.SUCCESS : Status.INVALID_NAMESPACE_OR_FORMAT;
            case IdentifyCommand.CNS_COMMAND_SET_NAMESPACE -> {
                if (!nvm) {
                    yield Status.INVALID_IO_COMMAND_SET;
                }
                yield namespace ? Status.SUCCESS : Status.INVALID_NAMESPACE_OR_FORMAT;
            }
            case IdentifyCommand.CNS_COMMAND_SET_CONTROLLER ->
                    nvm ? Status.SUCCESS : Status.INVALID_IO_COMMAND_SET;
            case IdentifyCommand.CNS_ACTIVE_NAMESPACES -> checkList(nsid);
            case IdentifyCommand.CNS_COMMAND_SET_ACTIVE_NAMESPACES ->
                    nvm ? checkList(nsid) : Status.INVALID_IO_COMMAND_SET;
            case IdentifyCommand.CNS_IO_COMMAND_SETS -> {
                int id = IdentifyCommand.controllerId(entries, entry);
                yield id == CURRENT_CONTROLLER || id == controller.id()
                        ? Status.SUCCESS
                        : Status.INVALID_CONTROLLER_ID;
            }
            default -> Status.INVALID_FIELD;
        };
    }

    private static int checkList(int nsid) {
        return Integer.compareUnsigned(nsid, LIST_LIMIT) < 0
                ? Status.SUCCESS
                : Status.INVALID_NAMESPACE_OR_FORMAT;
    }

    @Override
    void identify(Controller controller, int cns, Command command, MemorySegment to, long at) {
        Namespace namespace = controller.subsystem().namespace();
        switch (cns) {
            case IdentifyCommand.CNS_CONTROLLER -> ControllerPage.of(controller).encode(to, at);
            case IdentifyCommand.CNS_NAMESPACE ->
                    NamespacePages.namespace(namespace).encode(to, at);
            case IdentifyCommand.CNS_NAMESPACE_DESCRIPTORS ->
                    NamespacePages.descriptors(namespace).encode(to, at);
            case IdentifyCommand.CNS_INDEPENDENT_NAMESPACE ->
                    NamespacePages.independent(namespace).encode(to, at);
            case IdentifyCommand.CNS_COMMAND_SET_NAMESPACE ->
                    IdentifyNvmNamespace.withoutProtection().encode(to, at);
            case IdentifyCommand.CNS_COMMAND_SET_CONTROLLER ->
                    NamespacePages.limits(namespace).encode(to, at);
            case IdentifyCommand.CNS_IO_COMMAND_SETS ->
                    new IoCommandSets(List.of(IoCommandSets.NVM)).encode(to, at);
            default -> {
                int above = SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
                boolean listed = Integer.compareUnsigned(above, namespace.id()) < 0;
                new NamespaceList(listed ? List.of(namespace.id()) : List.of()).encode(to, at);
            }
        }
    }

    @Override
    boolean hasLog(int page) {
        return LogPages.of(false).contains(page);
    }

    @Override
    int readLog(Controller controller, Command command, long offset, MemorySegment to, long at) {
        int page = GetLogPageCommand.page(Memory.ALL, command.entryBase);
        int specific = GetLogPageCommand.specific(Memory.ALL, command.entryBase);
        MemorySegment image = LogPages.image(controller, page, specific);
        if (!LogPages.copy(image, offset, command.dataLength, to, at)) {
            return Status.INVALID_FIELD;
        }
        if (!GetLogPageCommand.retainsEvent(Memory.ALL, command.entryBase)) {
            LogPages.wasRead(controller, page);
        }
        return Status.SUCCESS;
    }
}
