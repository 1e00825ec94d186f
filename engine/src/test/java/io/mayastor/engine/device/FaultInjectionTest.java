package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceFixture.TestIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.SimulatedDisk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultInjectionTest {
    private static final int BLOCK = 512;
    private static final long MILLI = 1_000_000;

    private DeviceFixture fixture;
    private BlockDevice device;

    @BeforeEach
    void openDevice() {
        fixture = new DeviceFixture(SimulatedHost.with(SimulatedDisk.file(BLOCK)));
        device = fixture.open("faulty+malloc:///m0?size_mb=1");
    }

    @AfterEach
    void closeDevice() {
        fixture.close();
    }

    private int execute(Operation operation, long start, int blocks) {
        long buffer = fixture.filled(Math.max(1, blocks) * BLOCK, 7);
        int status = fixture.execute(device, operation, start, blocks, buffer);
        fixture.reactor.arena().free(buffer, Math.max(1, blocks) * BLOCK);
        return status;
    }

    private boolean isWritten(long block) {
        long found = fixture.read(device, block, 1);
        return Memory.getLong(found) != 0;
    }

    @Test
    void thereAreOnlySoManyRules() {
        FaultInjections faults = new FaultInjections();
        for (int i = 0; i < FaultInjections.MAX_RULES; i++) {
            faults.add(FaultRule.parse("inject://m" + i));
        }
        faults.add(FaultRule.parse("inject://m0"));

        DeviceException refusal =
                assertThrows(
                        DeviceException.class, () -> faults.add(FaultRule.parse("inject://other")));

        assertEquals(DeviceException.Kind.BUSY, refusal.kind());
        assertEquals(FaultInjections.MAX_RULES, faults.list().size());
    }

    @Test
    void aFailureAtSubmissionKeepsTheDataAway() {
        fixture.registry.inject("inject://m0?op=write&method=status-nvme-2-80");

        assertEquals(Status.WRITE_FAULT, execute(Operation.WRITE, 1, 1));

        fixture.registry.faults().remove("inject://m0?op=write&method=status-nvme-2-80");
        assertFalse(isWritten(1));
        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 1, 1));
    }

    @Test
    void aFailureAtCompletionComesAfterTheDataWasWritten() {
        fixture.registry.inject("inject://m0?op=write&stage=completion");

        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.WRITE, 1, 1));

        assertTrue(isWritten(1));
    }

    @Test
    void aRuleActsOnItsBlocksOnly() {
        fixture.registry.inject("inject://m0?op=rw&offset=10&num_blk=5");

        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 8, 2));
        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.WRITE, 8, 3));
        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.READ, 14, 4));
        assertEquals(Status.SUCCESS, execute(Operation.READ, 15, 4));
    }

    @Test
    void aRuleActsAsOftenAsItSays() {
        fixture.registry.inject("inject://m0?op=read&retries=2");

        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.READ, 0, 1));
        assertTrue(fixture.registry.faults().list().getFirst().active());
        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.READ, 0, 1));
        assertEquals(Status.SUCCESS, execute(Operation.READ, 0, 1));
        assertFalse(fixture.registry.faults().list().getFirst().active());
    }

    @Test
    void theTimeWindowStartsWithTheFirstMatchingRequest() {
        fixture.registry.inject("inject://m0?op=read&begin_at=10&end_at=20");
        fixture.reactor.turn(50 * MILLI);

        assertEquals(Status.SUCCESS, execute(Operation.READ, 0, 1));
        passMillis(15);
        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.READ, 0, 1));
        passMillis(15);
        assertEquals(Status.SUCCESS, execute(Operation.READ, 0, 1));
    }

    private void passMillis(long millis) {
        long end = fixture.reactor.nowNanos() + millis * MILLI;
        fixture.turnUntil("time passes", () -> fixture.reactor.nowNanos() >= end);
    }

    @ParameterizedTest
    @CsvSource({"submission", "completion"})
    void aDelayedRequestCompletesLaterAndWell(String stage) {
        fixture.registry.inject("inject://m0?op=write&method=delay-30&stage=" + stage);
        TestIo write = fixture.request(Operation.WRITE, 3, 1, fixture.filled(BLOCK, 1));
        long before = fixture.reactor.nowNanos();

        device.submit(write.io);
        assertFalse(write.isDone());
        fixture.turnUntil("the write completes", write::isDone);

        assertEquals(Status.SUCCESS, write.io.status);
        assertTrue(fixture.reactor.nowNanos() - before >= 30 * MILLI);
        assertTrue(isWritten(3));
    }

    @Test
    void aDeviceWithADelayedRequestClosesAfterIt() {
        fixture.registry.inject("inject://m0?op=write&method=delay-30");
        TestIo write = fixture.request(Operation.WRITE, 3, 1, fixture.filled(BLOCK, 1));
        device.submit(write.io);

        fixture.closeDevice(device);

        assertEquals(1, write.completions);
        assertEquals(Status.SUCCESS, write.io.status);
    }

    @Test
    void aTornWriteLeavesItsFirstBlocksAndFails() {
        fixture.registry.inject("inject://m0?op=write&method=torn-2");

        assertEquals(Status.WRITE_FAULT, execute(Operation.WRITE, 4, 4));

        assertTrue(isWritten(5));
        assertFalse(isWritten(6));
    }

    @Test
    void aLostWriteSucceedsAndWritesNothing() {
        fixture.registry.inject("inject://m0?op=write&method=lost&retries=1");

        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 4, 1));

        assertFalse(isWritten(4));
        assertEquals(Status.SUCCESS, execute(Operation.WRITE, 4, 1));
        assertTrue(isWritten(4));
    }

    @Test
    void corruptedDataDiffersInOneByteOfEachBlockAndTheBufferStays() {
        fixture.registry.inject("inject://m0?op=write&method=data");
        long buffer = fixture.filled(2 * BLOCK, 3);
        long copy = fixture.filled(2 * BLOCK, 3);

        fixture.execute(device, Operation.WRITE, 0, 2, buffer);

        assertEquals(-1, Memory.mismatch(buffer, copy, 2 * BLOCK), "the caller's data");
        long found = fixture.read(device, 0, 2);
        assertEquals(0, Memory.mismatch(buffer, found, 2 * BLOCK));
        assertEquals(-1, Memory.mismatch(buffer + 1, found + 1, BLOCK - 1));
        assertEquals(0, Memory.mismatch(buffer + BLOCK, found + BLOCK, BLOCK));
    }

    @Test
    void rulesOfOtherDevicesDoNotMatter() {
        fixture.registry.inject("inject://m1?op=any");

        assertEquals(Status.SUCCESS, execute(Operation.FLUSH, 0, 0));
        BlockDevice other = fixture.open("faulty+null:///m1?size_mb=1");
        assertEquals(Status.DATA_TRANSFER_ERROR, fixture.flush(other));
    }

    @Test
    void aDeviceThatIsNotWrappedTakesNoRules() {
        fixture.open("malloc:///plain?size_mb=1");

        DeviceException thrown =
                assertThrows(
                        DeviceException.class, () -> fixture.registry.inject("inject://plain"));

        assertTrue(thrown.getMessage().contains("open it as faulty+malloc:///plain"));
    }

    @Test
    void theSameRuleAddedAgainStartsAnew() {
        fixture.registry.inject("inject://m0?op=read&retries=1");
        execute(Operation.READ, 0, 1);
        fixture.registry.inject("inject://m0?op=read&retries=1");

        assertEquals(1, fixture.registry.faults().list().size());
        assertEquals(Status.DATA_TRANSFER_ERROR, execute(Operation.READ, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "inject:///data/disk.img?op=w, /data/disk.img",
        "inject://10.0.0.1:8420/nqn.x:y, 10.0.0.1:8420/nqn.x:y",
        "inject://6e3c062c-293b-46e6-8ab3-ff13c1643437, 6e3c062c-293b-46e6-8ab3-ff13c1643437",
    })
    void theDeviceIsNamedAsItIs(String uri, String device) {
        assertEquals(device, FaultRule.parse(uri).deviceName());
    }

    @Test
    void aRuleWithoutParametersFailsAllReadsAndWritesFromTheStart() {
        FaultRule rule = FaultRule.parse("inject://m0");

        assertTrue(rule.operations().containsAll(List.of(Operation.READ, Operation.WRITE)));
        assertEquals(FaultRule.Stage.SUBMISSION, rule.stage());
        assertEquals(new FaultAction.Fail(Status.DATA_TRANSFER_ERROR), rule.action());
        assertEquals(0, rule.beginNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    malloc://m0                         | a fault is written inject://device
                    inject://?op=read                   | the device's name is missing
                    inject://m0?domain=disk             | domain must be block, child or bdev_io
                    inject://m0?op=erase                | op must be read, write
                    inject://m0?stage=later             | stage must be submission or completion
                    inject://m0?method=explode          | method must be status
                    inject://m0?method=status-nvme-9-1  | method must be status
                    inject://m0?begin_at=5&end_at=5     | begin_at must be before end_at
                    inject://m0?num_blk=0               | num_blk must be a whole number
                    inject://m0?method=lost             | needs op=write and stage=submission
                    inject://m0?domain=bdev_io&stage=c  | takes stage=submission and a status only
                    inject://m0?speed=3                 | unknown parameter speed
                    """)
    void aWrongRuleIsRefusedInOneLine(String uri, String complaint) {
        DeviceException thrown =
                assertThrows(DeviceException.class, () -> fixture.registry.inject(uri));

        assertEquals(DeviceException.Kind.INVALID_ARGUMENT, thrown.kind());
        assertTrue(thrown.getMessage().contains(complaint), thrown.getMessage());
    }
}
