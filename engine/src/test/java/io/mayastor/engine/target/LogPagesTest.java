package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AnaGroup;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.CommandEffectsLog;
import io.mayastor.engine.nvme.ErrorLogEntry;
import io.mayastor.engine.nvme.FirmwareSlotLog;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.SmartLog;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.nvme.SupportedLogPages;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogPagesTest {
    private static final int INVALID = Status.withDoNotRetry(Status.INVALID_FIELD);

    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();

    private MemorySegment read(int page, int length) {
        RawHost.Response response = host.log(page, length);
        assertEquals(Status.SUCCESS, response.status(), LogPage.name(page));
        assertEquals(length, response.data().byteSize());
        return response.data();
    }

    @Test
    void everyPageThatIsListedCanBeRead() {
        Set<Integer> pages =
                SupportedLogPages.decode(
                                read(LogPage.SUPPORTED_LOG_PAGES, SupportedLogPages.LENGTH), 0)
                        .pages()
                        .keySet();
        assertEquals(Set.of(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0c, 0x80), pages);
        pages.forEach(page -> read(page, 4096));
    }

    @Test
    void pageThatIsNotListedIsRefused() {
        int refused = Status.withDoNotRetry(Status.INVALID_LOG_PAGE);
        assertEquals(refused, host.log(0x07, 512).status());
        assertEquals(refused, host.log(LogPage.DISCOVERY, 1024).status());
    }

    @Test
    void anaLogShowsTheOneGroupAndItsState() {
        assertEquals(
                new AnaLog(1, List.of(new AnaGroup(1, 1, AnaState.OPTIMIZED, List.of(1)))),
                AnaLog.decode(read(LogPage.ANA, 52), 0));
        world.await(world.target.setAna(TargetWorld.NQN, AnaState.INACCESSIBLE));
        assertEquals(
                new AnaLog(2, List.of(new AnaGroup(1, 2, AnaState.INACCESSIBLE, List.of(1)))),
                AnaLog.decode(read(LogPage.ANA, 52), 0));
    }

    @Test
    void anaLogLeavesNamespacesOutWhenAskedFor() {
        RawHost.Response response =
                host.call((to, base, id) ->
                        GetLogPageCommand.encode(
                                to,
                                base,
                                id,
                                0,
                                LogPage.ANA,
                                GetLogPageCommand.LSP_ANA_GROUPS_ONLY,
                                false,
                                0,
                                48));
        assertEquals(
                List.of(), AnaLog.decode(response.data(), 0).groups().getFirst().namespaceIds());
    }

    @Test
    void piecesOfAPageMakeThePage() {
        MemorySegment whole = read(LogPage.COMMAND_EFFECTS, 4096);
        for (int offset = 0; offset < 4096; offset += 1024) {
            RawHost.Response piece = host.log(LogPage.COMMAND_EFFECTS, offset, 1024, true);
            assertEquals(-1, piece.data().mismatch(whole.asSlice(offset, 1024)), "at " + offset);
        }
    }

    @Test
    void whatIsBehindAPageReadsZeros() {
        MemorySegment data = read(LogPage.FIRMWARE_SLOT, 8192);
        assertEquals(1, FirmwareSlotLog.decode(data, 0).activeSlot());
        assertEquals(-1, data.asSlice(512).mismatch(MemorySegment.ofArray(new byte[8192 - 512])));
    }

    @Test
    void offsetsOutsideThePageAndOddOnesAreRefused() {
        assertEquals(Status.SUCCESS, host.log(LogPage.SMART, 512, 4, false).status());
        assertEquals(INVALID, host.log(LogPage.SMART, 516, 4, false).status());
        assertEquals(INVALID, host.log(LogPage.SMART, 2, 4, false).status());
        assertEquals(INVALID, host.log(LogPage.SMART, -4, 4, false).status());
    }

    @Test
    void lengthIsLimitedByTheTransferSize() {
        assertEquals(Status.SUCCESS, host.log(LogPage.SMART, 1 << 20).status());
        assertEquals(INVALID, host.log(LogPage.SMART, (1 << 20) + 4).status());
    }

    @Test
    void namespaceThatDoesNotExistHasNoLog() {
        RawHost.Response response =
                host.call((to, base, id) ->
                        GetLogPageCommand.encode(to, base, id, 5, LogPage.SMART, 0, false, 0, 512));
        assertEquals(Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT), response.status());
    }

    @Test
    void errorsAreKeptNewestFirst() {
        host.identify(0x7f, 3);
        host.plain(AdminOpcode.FORMAT_NVM);
        MemorySegment page = read(LogPage.ERROR_INFORMATION, 64 * ErrorLogEntry.LENGTH);
        ErrorLogEntry newest = ErrorLogEntry.decode(page, 0);
        assertEquals(2, newest.count());
        assertEquals(Status.withDoNotRetry(Status.INVALID_OPCODE), newest.status());
        ErrorLogEntry older = ErrorLogEntry.decode(page, ErrorLogEntry.LENGTH);
        assertEquals(1, older.count());
        assertEquals(3, older.namespaceId());
        assertEquals(0, ErrorLogEntry.decode(page, 2 * ErrorLogEntry.LENGTH).count());
    }

    @Test
    void errorOfAnIoQueueNamesQueueAndBlock() {
        RawHost io = world.io(host, 1);
        io.call((to, base, id) -> {
            SubmissionEntry.encode(to, base, NvmOpcode.WRITE_ZEROES, id, 1);
            SubmissionEntry.setCdw10(to, base, 5000);
        });
        ErrorLogEntry entry =
                ErrorLogEntry.decode(read(LogPage.ERROR_INFORMATION, ErrorLogEntry.LENGTH), 0);
        assertEquals(1, entry.queueId());
        assertEquals(5000, entry.lba());
        assertEquals(Status.withDoNotRetry(Status.LBA_OUT_OF_RANGE), entry.status());
    }

    @Test
    void lastSixtyFourErrorsAreKept() {
        for (int i = 0; i < 70; i++) {
            host.plain(AdminOpcode.FORMAT_NVM);
        }
        MemorySegment page = read(LogPage.ERROR_INFORMATION, 64 * ErrorLogEntry.LENGTH);
        assertEquals(70, ErrorLogEntry.decode(page, 0).count());
        assertEquals(7, ErrorLogEntry.decode(page, 63 * ErrorLogEntry.LENGTH).count());
    }

    @Test
    void healthCountsWhatHostsDid() {
        RawHost io = world.io(host, 1);
        io.call((to, base, id) -> {
            SubmissionEntry.encode(to, base, NvmOpcode.READ, id, 1);
            SubmissionEntry.setTransportData(to, base, 4096);
        });
        SmartLog page = SmartLog.decode(read(LogPage.SMART, SmartLog.LENGTH), 0);
        assertEquals(1, page.hostReads());
        assertEquals(1, page.dataUnitsRead());
        assertEquals(0, page.hostWrites());
        assertEquals(0, page.criticalWarning());
    }

    @Test
    void effectsListWhatIsServed() {
        CommandEffectsLog page =
                CommandEffectsLog.decode(
                        read(LogPage.COMMAND_EFFECTS, CommandEffectsLog.LENGTH), 0);
        assertTrue(page.io().containsKey(NvmOpcode.VERIFY));
        assertFalse(page.io().containsKey(NvmOpcode.COPY));
        assertFalse(page.admin().containsKey(AdminOpcode.FORMAT_NVM));
        assertEquals(
                CommandEffectsLog.SUPPORTED | CommandEffectsLog.CHANGES_CONTENT,
                page.io().get(NvmOpcode.WRITE));
    }
}
