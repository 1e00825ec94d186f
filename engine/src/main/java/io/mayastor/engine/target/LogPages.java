package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AnaGroup;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.CommandEffectsLog;
import io.mayastor.engine.nvme.FirmwareSlotLog;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationNotificationLog;
import io.mayastor.engine.nvme.SmartLog;
import io.mayastor.engine.nvme.SupportedLogPages;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The log pages of a controller as whole images, all of them small (Base 2.0 §5.16.1); the
 * discovery log is {@link DiscoveryLogView}. Stateless; runs on the subsystem's reactor.
 */
final class LogPages {
    private static final Set<Integer> NVM =
            Set.of(
                    LogPage.SUPPORTED_LOG_PAGES,
                    LogPage.ERROR_INFORMATION,
                    LogPage.SMART,
                    LogPage.FIRMWARE_SLOT,
                    LogPage.CHANGED_NAMESPACE_LIST,
                    LogPage.COMMAND_EFFECTS,
                    LogPage.ANA,
                    LogPage.RESERVATION_NOTIFICATION);

    private static final Set<Integer> DISCOVERY =
            Set.of(LogPage.SUPPORTED_LOG_PAGES, LogPage.ERROR_INFORMATION, LogPage.DISCOVERY);

    private static final CommandEffectsLog EFFECTS =
            new CommandEffectsLog(
                    effects(
                            CommandEffectsLog.SUPPORTED,
                            AdminOpcode.GET_LOG_PAGE,
                            AdminOpcode.IDENTIFY,
                            AdminOpcode.ABORT,
                            AdminOpcode.SET_FEATURES,
                            AdminOpcode.GET_FEATURES,
                            AdminOpcode.ASYNC_EVENT_REQUEST,
                            AdminOpcode.KEEP_ALIVE),
                    ioEffects());

    private static final int FULL_PERCENT = 100;

    private LogPages() {}

    private static SortedMap<Integer, Integer> effects(int effect, int... opcodes) {
        SortedMap<Integer, Integer> table = new TreeMap<>();
        for (int opcode : opcodes) {
            table.put(opcode, effect);
        }
        return table;
    }

    private static SortedMap<Integer, Integer> ioEffects() {
        SortedMap<Integer, Integer> table =
                effects(
                        CommandEffectsLog.SUPPORTED,
                        NvmOpcode.FLUSH,
                        NvmOpcode.READ,
                        NvmOpcode.COMPARE,
                        NvmOpcode.VERIFY,
                        NvmOpcode.RESERVATION_REGISTER,
                        NvmOpcode.RESERVATION_REPORT,
                        NvmOpcode.RESERVATION_ACQUIRE,
                        NvmOpcode.RESERVATION_RELEASE);
        table.putAll(
                effects(
                        CommandEffectsLog.SUPPORTED | CommandEffectsLog.CHANGES_CONTENT,
                        NvmOpcode.WRITE,
                        NvmOpcode.WRITE_ZEROES,
                        NvmOpcode.DATASET_MANAGEMENT));
        return table;
    }

    /** Identifiers of the pages that a kind of controller has. */
    static Set<Integer> of(boolean discovery) {
        return discovery ? DISCOVERY : NVM;
    }

    /** A page of {@link #of}, except the discovery log. */
    static MemorySegment image(Controller controller, int page, int specific) {
        Subsystem subsystem = controller.subsystem();
        return switch (page) {
            case LogPage.SUPPORTED_LOG_PAGES -> {
                SortedMap<Integer, Integer> pages = new TreeMap<>();
                of(subsystem.isDiscovery())
                        .forEach(known -> pages.put(known, SupportedLogPages.SUPPORTED));
                MemorySegment image = empty(SupportedLogPages.LENGTH);
                new SupportedLogPages(pages).encode(image, 0);
                yield image;
            }
            case LogPage.ERROR_INFORMATION -> controller.errors().page();
            case LogPage.SMART -> {
                MemorySegment image = empty(SmartLog.LENGTH);
                smart(controller).encode(image, 0);
                yield image;
            }
            case LogPage.FIRMWARE_SLOT -> {
                MemorySegment image = empty(FirmwareSlotLog.LENGTH);
                new FirmwareSlotLog(1, 0, List.of(ControllerPage.FIRMWARE)).encode(image, 0);
                yield image;
            }
            case LogPage.CHANGED_NAMESPACE_LIST -> {
                MemorySegment image = empty(NamespaceList.LENGTH);
                controller.asyncEvents().changedNamespaces().encode(image, 0);
                yield image;
            }
            case LogPage.COMMAND_EFFECTS -> {
                MemorySegment image = empty(CommandEffectsLog.LENGTH);
                EFFECTS.encode(image, 0);
                yield image;
            }
            case LogPage.ANA -> ana(subsystem, specific);
            case LogPage.RESERVATION_NOTIFICATION -> {
                MemorySegment image = empty(ReservationNotificationLog.LENGTH);
                controller.asyncEvents().oldestReservationEvent().encode(image, 0);
                yield image;
            }
            default -> throw new IllegalArgumentException("no image of " + LogPage.name(page));
        };
    }

    private static MemorySegment empty(long length) {
        return MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
    }

    private static MemorySegment ana(Subsystem subsystem, int specific) {
        AnaGroup group =
                new AnaGroup(
                        ControllerPage.ANA_GROUP,
                        subsystem.anaChanges(),
                        subsystem.ana(),
                        List.of(subsystem.namespace().id()));
        AnaLog log = new AnaLog(subsystem.anaChanges(), List.of(group));
        boolean groupsOnly = (specific & GetLogPageCommand.LSP_ANA_GROUPS_ONLY) != 0;
        AnaLog asked = groupsOnly ? log.groupsOnly() : log;
        MemorySegment image = empty(asked.byteLength());
        asked.encode(image, 0);
        return image;
    }

    /** What is known of the device's health: its traffic; no wear, no temperature. */
    private static SmartLog smart(Controller controller) {
        NamespaceStatistics figures = controller.subsystem().namespace().statistics();
        return new SmartLog(
                0,
                0,
                FULL_PERCENT,
                0,
                0,
                units(figures.bytes(NamespaceStatistics.Kind.READ)),
                units(figures.bytes(NamespaceStatistics.Kind.WRITE)),
                figures.operations(NamespaceStatistics.Kind.READ),
                figures.operations(NamespaceStatistics.Kind.WRITE),
                0,
                0,
                0,
                0,
                0,
                controller.errors().count());
    }

    private static long units(long bytes) {
        return (bytes + SmartLog.DATA_UNIT - 1) / SmartLog.DATA_UNIT;
    }

    /**
     * Copies what the image has of a range; the rest of the range stays as it is. False when the
     * offset is beyond the page.
     */
    static boolean copy(MemorySegment image, long offset, int length, MemorySegment to, long at) {
        if (offset > image.byteSize()) {
            return false;
        }
        MemorySegment.copy(image, offset, to, at, Math.min(length, image.byteSize() - offset));
        return true;
    }

    /** The host has read the page and does not retain its event. */
    static void wasRead(Controller controller, int page) {
        AsyncEvents events = controller.asyncEvents();
        switch (page) {
            case LogPage.CHANGED_NAMESPACE_LIST -> events.changedNamespacesRead();
            case LogPage.ANA -> events.logRead(AsyncEvents.Kind.ANA);
            case LogPage.RESERVATION_NOTIFICATION -> events.reservationEventRead();
            default -> {}
        }
    }
}
