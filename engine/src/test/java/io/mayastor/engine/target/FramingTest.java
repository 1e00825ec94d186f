package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How bytes become PDUs and PDUs bytes: negotiation, digests, alignment, pieces, responses. */
class FramingTest {
    private static final int BLOCK = 4096;

    private final TargetWorld world = new TargetWorld();
    private final WireHost admin = world.wireAdmin();

    private WireHost io(int queueId, int digests, int alignment, boolean disableFlowControl) {
        return world.wire(digests, alignment)
                .io(admin.controllerId(), queueId, 32, disableFlowControl);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void icRespAgreesToTheDigestsAskedForAndNoOthers(int digests) {
        MemorySegment answer =
                MemorySegment.ofArray(
                        new WireHost(world, world.stream(world.portal))
                                .initialize(digests, 0)
                                .bytes());
        assertEquals(digests, ICResp.digests(answer, 0));
        assertEquals(0, ICResp.dataAlignment(answer, 0), "CPDA");
        assertEquals(0, ICResp.formatVersion(answer, 0));
        long most = ICResp.maxH2CDataBytes(answer, 0);
        assertTrue(most >= 4096 && most % 4 == 0, "MAXH2CDATA " + most);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "2,0", "3,0", "0,31", "3,7", "3,31", "1,1"})
    void dataGoesBothWaysWithDigestsAndAlignment(int digests, int alignment) {
        WireHost host = io(1, digests, alignment, false);
        byte[] small = TargetWorld.pattern(1, 2 * BLOCK);
        byte[] large = TargetWorld.pattern(2, 64 * BLOCK);
        assertEquals(Status.SUCCESS, host.await(host.write(3, small, BLOCK)).status());
        assertEquals(Status.SUCCESS, host.await(host.writeByR2t(100, large, BLOCK)).status());
        assertArrayEquals(small, host.await(host.read(3, 2, BLOCK)).data());
        assertArrayEquals(large, host.await(host.read(100, 64, BLOCK)).data());
        for (WirePdu pdu : host.pdus()) {
            if (pdu.type() == PduType.C2H_DATA) {
                assertEquals(0, pdu.dataOffset() % ((alignment + 1) * 4), "PDO by HPDA");
                assertTrue(pdu.hasFlag(PduHeader.FLAG_LAST));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void bytesMayComeOneByOne(int digests) {
        WireHost host = io(1, digests, 0, false);
        byte[] data = TargetWorld.pattern(3, 512);
        byte[] capsule =
                host.capsule(
                        WireHost.inCapsule(NvmOpcode.WRITE, 0, 1, 0, BLOCK),
                        900,
                        Arrays.copyOf(data, BLOCK));
        for (byte each : capsule) {
            host.stream().send(new byte[] {each});
        }
        assertEquals(Status.SUCCESS, host.await(900).status());
        assertArrayEquals(Arrays.copyOf(data, BLOCK), world.device.content(0, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 20, 24, 28, 100, 4000})
    void aPduMayBeCutAnywhere(int first) {
        WireHost host = io(1, WireHost.DIGESTS_BOTH, 0, false);
        byte[] data = TargetWorld.pattern(first, 40 * BLOCK);
        int write = host.startByR2t(7, 40, BLOCK);
        WirePdu request = host.awaitR2t(write);
        byte[] pdu = host.h2cData(write, request.transferTag(), 0, data, true);
        host.stream().send(Arrays.copyOf(pdu, first));
        world.simulation.runFor(10_000_000);
        host.stream().send(Arrays.copyOfRange(pdu, first, pdu.length - 2));
        world.simulation.runFor(10_000_000);
        host.stream().send(Arrays.copyOfRange(pdu, pdu.length - 2, pdu.length));
        assertEquals(Status.SUCCESS, host.await(write).status());
        assertArrayEquals(data, world.device.content(7, 40));
    }

    @Test
    void dataOfAWriteMayComeInManyPdus() {
        WireHost host = io(1, 0, 0, false);
        byte[] data = TargetWorld.pattern(9, 32 * BLOCK);
        int write = host.startByR2t(50, 32, BLOCK);
        WirePdu request = host.awaitR2t(write);
        int at = 0;
        for (int part : new int[] {4, 512, 4096, 20_000, 100, 65_536}) {
            host.stream()
                    .send(
                            host.h2cData(
                                    write,
                                    request.transferTag(),
                                    at,
                                    Arrays.copyOfRange(data, at, at + part),
                                    false));
            at += part;
        }
        host.stream()
                .send(
                        host.h2cData(
                                write,
                                request.transferTag(),
                                at,
                                Arrays.copyOfRange(data, at, data.length),
                                true));
        assertEquals(Status.SUCCESS, host.await(write).status());
        assertArrayEquals(data, world.device.content(50, 32));
    }

    @Test
    void largeDataIsReceivedWhereItBelongsAndSmallDataIsCopied() {
        WireHost host = io(1, WireHost.DIGESTS_BOTH, 0, false);
        GroupStatistics figures = world.target.groupStatistics().getFirst();
        int large = host.startByR2t(0, 256, BLOCK);
        byte[] pdu =
                host.h2cData(
                        large,
                        host.awaitR2t(large).transferTag(),
                        0,
                        TargetWorld.pattern(1, 1 << 20),
                        true);
        int withHeader = 5_000;
        host.stream().send(Arrays.copyOf(pdu, withHeader));
        world.simulation.runFor(10_000_000);
        host.stream().send(Arrays.copyOfRange(pdu, withHeader, pdu.length));
        assertEquals(Status.SUCCESS, host.await(large).status());
        int headerBytes = PduHeader.dataOffset(MemorySegment.ofArray(pdu), 0);
        assertEquals(withHeader - headerBytes, figures.copiedBytes(), "bytes copied");
        assertEquals((1 << 20) - figures.copiedBytes(), figures.placedBytes(), "bytes placed");
        long placed = figures.placedBytes();
        assertEquals(
                Status.SUCCESS,
                host.await(host.writeByR2t(0, new byte[2 * BLOCK], BLOCK)).status());
        assertEquals(placed, figures.placedBytes(), "bytes placed of a small write");
    }

    @Test
    void damagedDataInACapsuleIsATransportErrorOfItsCommand() {
        WireHost host = io(1, PduHeader.FLAG_DATA_DIGEST, 0, false);
        byte[] capsule =
                host.capsule(
                        WireHost.inCapsule(NvmOpcode.WRITE, 0, 1, 0, BLOCK), 900, new byte[BLOCK]);
        capsule[200] ^= 1;
        host.stream().send(capsule);
        assertEquals(Status.TRANSIENT_TRANSPORT_ERROR, host.await(900).status() & ~Status.DNR);
        assertEquals(0, world.device.submitted.size());
        assertEquals(Status.SUCCESS, host.await(host.read(0, 1, BLOCK)).status());
    }

    @Test
    void successStandsForTheResponseOnlyWhereFlowControlIsOff() {
        WireHost with = io(1, 0, 0, false);
        assertFalse(with.await(with.read(0, 1, BLOCK)).omitted());
        WireHost without = io(2, 0, 0, true);
        assertTrue(without.await(without.read(0, 1, BLOCK)).omitted());
        assertFalse(
                without.await(without.write(0, new byte[BLOCK], BLOCK)).omitted(),
                "a write has no data to carry it");
        world.device.status = Status.UNRECOVERED_READ_ERROR;
        WireHost.Answer failed = without.await(without.read(0, 1, BLOCK));
        assertFalse(failed.omitted());
        assertEquals(Status.UNRECOVERED_READ_ERROR, failed.status() & ~Status.DNR);
        assertEquals(0, failed.data().length, "data of a failed read");
    }

    @Test
    void sqHeadIsTheNextEntryAndWraps() {
        WireHost host = io(1, 0, 0, false);
        // Connect was entry 0.
        int expected = 1;
        for (int i = 0; i < 70; i++) {
            expected = (expected + 1) % 32;
            assertEquals(expected, host.await(host.read(0, 1, BLOCK)).sqHead());
        }
    }

    @Test
    void adminCapsulesCarryEightKibibytesWhateverIoQueuesMay() {
        TargetOptions options =
                new TargetOptions(
                        128,
                        8,
                        512,
                        5,
                        64,
                        16,
                        64 << 10,
                        16 << 20,
                        8 << 20,
                        64 << 20,
                        1 << 20,
                        1L << 35,
                        1000,
                        RetryDelays.NONE);
        TargetWorld small = new TargetWorld(options);
        WireHost host = small.wireAdmin();
        int id =
                host.start(
                        (to, base, command) -> SubmissionEntry.encode(to, base, 0x7d, command, 0),
                        new byte[8192]);
        assertEquals(Status.INVALID_OPCODE, host.await(id).status() & ~Status.DNR);
    }

    @Test
    void whatIsSentWithADigestIsACopy() {
        WireHost host = io(1, PduHeader.FLAG_DATA_DIGEST, 0, false);
        host.stream().stopReading();
        for (int i = 0; i < 20; i++) {
            host.read(i, 8, BLOCK);
        }
        world.simulation.runFor(10_000_000);
        assertTrue(world.reactor.arena().statistics().usedBytes() > 0, "nothing is kept to send");
        host.stream().goOnReading();
        world.simulation.runUntil("all reads are answered", () -> host.answered() == 21);
    }
}
