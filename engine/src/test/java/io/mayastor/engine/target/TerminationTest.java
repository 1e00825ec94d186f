package io.mayastor.engine.target;

import static io.mayastor.engine.nvme.FatalErrorStatus.DATA_OUT_OF_RANGE;
import static io.mayastor.engine.nvme.FatalErrorStatus.HEADER_DIGEST_ERROR;
import static io.mayastor.engine.nvme.FatalErrorStatus.INVALID_HEADER_FIELD;
import static io.mayastor.engine.nvme.FatalErrorStatus.LIMIT_EXCEEDED;
import static io.mayastor.engine.nvme.FatalErrorStatus.SEQUENCE_ERROR;
import static io.mayastor.engine.nvme.FatalErrorStatus.UNSUPPORTED_PARAMETER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.nvme.TermReq;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every fatal error: what a host sends, and which termination request answers it (Transport 1.0
 * §3.5). Only that connection ends, and nothing of it is left.
 */
class TerminationTest {
    private static final int BLOCK = 4096;
    private static final int MDTS = TargetWorld.OPTIONS.maxTransferBytes();

    /** Makes the wrong bytes for a connection. */
    interface Wrong {
        byte[] bytes(Scene scene);
    }

    /** One error and its answer. */
    record Case(String name, int digests, boolean initialized, Wrong wrong, int status, int info) {}

    /** A fresh target with a well-behaved host, and the connection that is going to do wrong. */
    private static final class Scene {
        final TargetWorld world = new TargetWorld();
        final WireHost admin = world.wireAdmin();
        final WireHost good = world.wireIo(admin, 1);
        final WireHost bad;
        int write;
        WirePdu request;

        Scene(boolean initialized, int digests) {
            bad =
                    initialized
                            ? world.wire(digests, 0).io(admin.controllerId(), 2, 32, false)
                            : new WireHost(world, world.stream(world.portal));
        }

        /** Two blocks are awaited from the bad connection. */
        Scene asked() {
            write = bad.startByR2t(1, 2, BLOCK);
            request = bad.awaitR2t(write);
            return this;
        }

        byte[] data(long offset, int length, boolean last) {
            return bad.h2cData(write, request.transferTag(), offset, new byte[length], last);
        }
    }

    private static byte[] read(Scene scene) {
        return scene.bad.capsule(
                WireHost.transport(NvmOpcode.READ, 0, 1, BLOCK, 0), 77, new byte[0]);
    }

    private static byte[] write(Scene scene, int length) {
        return scene.bad.capsule(
                WireHost.inCapsule(NvmOpcode.WRITE, 0, 1, 0, length), 77, new byte[length]);
    }

    private static byte[] with8(byte[] pdu, int at, int value) {
        pdu[at] = (byte) value;
        return pdu;
    }

    private static byte[] with32(byte[] pdu, int at, long value) {
        LittleEndian.put32(MemorySegment.ofArray(pdu), at, value);
        return pdu;
    }

    private static byte[] header(int type, int headerLength, int length) {
        byte[] pdu = new byte[Math.max(length, 8)];
        PduHeader.encode(MemorySegment.ofArray(pdu), 0, type, 0, headerLength, 0, length);
        return pdu;
    }

    private static Case first(String name, Wrong wrong, int status, int info) {
        return new Case("before ICReq: " + name, 0, false, wrong, status, info);
    }

    private static Case then(String name, Wrong wrong, int status, int info) {
        return new Case(name, 0, true, wrong, status, info);
    }

    private static Case digested(String name, int digests, Wrong wrong, int status, int info) {
        return new Case(name, digests, true, wrong, status, info);
    }

    private static Stream<Case> cases() {
        return Stream.of(
                first("a capsule", TerminationTest::read, SEQUENCE_ERROR, 0),
                first(
                        "a type that does not exist",
                        scene -> header(0x0a, 128, 128),
                        INVALID_HEADER_FIELD,
                        PduHeader.TYPE),
                first(
                        "HLEN of ICReq",
                        scene -> with8(WireHost.icReq(0, 0), PduHeader.HLEN, 127),
                        INVALID_HEADER_FIELD,
                        PduHeader.HLEN),
                first(
                        "PLEN of ICReq",
                        scene -> with32(WireHost.icReq(0, 0), PduHeader.PLEN, 1 << 30),
                        INVALID_HEADER_FIELD,
                        PduHeader.PLEN),
                first(
                        "a format version of the future",
                        scene -> with8(WireHost.icReq(0, 0), ICReq.PFV, 1),
                        UNSUPPORTED_PARAMETER,
                        ICReq.PFV),
                first(
                        "HPDA out of range",
                        scene -> with8(WireHost.icReq(0, 0), ICReq.HPDA, 32),
                        INVALID_HEADER_FIELD,
                        ICReq.HPDA),
                then("a second ICReq", scene -> WireHost.icReq(0, 0), SEQUENCE_ERROR, 0),
                then("ICResp", scene -> header(PduType.IC_RESP, 128, 128), SEQUENCE_ERROR, 0),
                then(
                        "a response",
                        scene -> header(PduType.CAPSULE_RESP, 24, 24),
                        SEQUENCE_ERROR,
                        0),
                then("C2HData", scene -> header(PduType.C2H_DATA, 24, 24), SEQUENCE_ERROR, 0),
                then("R2T", scene -> header(PduType.R2T, 24, 24), SEQUENCE_ERROR, 0),
                then(
                        "C2HTermReq",
                        scene -> header(PduType.C2H_TERM_REQ, 24, 24),
                        SEQUENCE_ERROR,
                        0),
                then("type 8", scene -> header(8, 24, 24), INVALID_HEADER_FIELD, PduHeader.TYPE),
                then(
                        "type 255",
                        scene -> header(255, 24, 24),
                        INVALID_HEADER_FIELD,
                        PduHeader.TYPE),
                then(
                        "HLEN of a capsule",
                        scene -> with8(read(scene), PduHeader.HLEN, 71),
                        INVALID_HEADER_FIELD,
                        PduHeader.HLEN),
                then(
                        "PLEN of a capsule below its header",
                        scene -> with32(write(scene, 512), PduHeader.PLEN, 71),
                        INVALID_HEADER_FIELD,
                        PduHeader.PLEN),
                then(
                        "PLEN 0",
                        scene -> with32(write(scene, 512), PduHeader.PLEN, 0),
                        INVALID_HEADER_FIELD,
                        PduHeader.PLEN),
                then(
                        "data inside the header",
                        scene -> with8(write(scene, 512), PduHeader.PDO, 68),
                        INVALID_HEADER_FIELD,
                        PduHeader.PDO),
                then(
                        "data at an odd place",
                        scene -> with8(write(scene, 512), PduHeader.PDO, 74),
                        INVALID_HEADER_FIELD,
                        PduHeader.PDO),
                then(
                        "a capsule of 4 GiB",
                        scene -> with32(write(scene, 512), PduHeader.PLEN, 0xffffffffL),
                        LIMIT_EXCEEDED,
                        0),
                then(
                        "a capsule with more data than IOCCSZ allows",
                        scene -> write(scene, TargetWorld.OPTIONS.inCapsuleBytes() + 4),
                        LIMIT_EXCEEDED,
                        0),
                then(
                        "a header digest nobody asked for",
                        scene -> with8(read(scene), PduHeader.FLAGS, PduHeader.FLAG_HEADER_DIGEST),
                        INVALID_HEADER_FIELD,
                        PduHeader.FLAGS),
                then(
                        "a data digest nobody asked for",
                        scene ->
                                with8(
                                        write(scene, 512),
                                        PduHeader.FLAGS,
                                        PduHeader.FLAG_DATA_DIGEST),
                        INVALID_HEADER_FIELD,
                        PduHeader.FLAGS),
                digested(
                        "a capsule without its header digest",
                        PduHeader.FLAG_HEADER_DIGEST,
                        scene -> with8(read(scene), PduHeader.FLAGS, 0),
                        INVALID_HEADER_FIELD,
                        PduHeader.FLAGS),
                digested(
                        "a wrong header digest",
                        PduHeader.FLAG_HEADER_DIGEST,
                        scene -> with32(read(scene), 72, 0x12345678),
                        HEADER_DIGEST_ERROR,
                        0x12345678),
                digested(
                        "a wrong header digest of H2CData",
                        WireHost.DIGESTS_BOTH,
                        scene -> with32(scene.asked().data(0, 2 * BLOCK, true), 24, 0x12345678),
                        HEADER_DIGEST_ERROR,
                        0x12345678),
                then(
                        "data with a tag nobody gave",
                        scene -> scene.bad.h2cData(1, 4711, 0, new byte[BLOCK], true),
                        INVALID_HEADER_FIELD,
                        H2CData.TTAG),
                then(
                        "data with the tag of another connection",
                        scene -> {
                            int write = scene.good.startByR2t(1, 2, BLOCK);
                            int tag = scene.good.awaitR2t(write).transferTag();
                            return scene.bad.h2cData(write, tag, 0, new byte[2 * BLOCK], true);
                        },
                        INVALID_HEADER_FIELD,
                        H2CData.TTAG),
                then(
                        "data for a command that does not wait for it",
                        scene -> {
                            byte[] data = scene.asked().data(0, 2 * BLOCK, true);
                            scene.bad.stream().send(data);
                            scene.bad.await(scene.write);
                            return data;
                        },
                        INVALID_HEADER_FIELD,
                        H2CData.TTAG),
                then(
                        "data with the identifier of another command",
                        scene -> {
                            byte[] data = scene.asked().data(0, 2 * BLOCK, true);
                            LittleEndian.put16(
                                    MemorySegment.ofArray(data), H2CData.CCCID, scene.write + 1);
                            return data;
                        },
                        INVALID_HEADER_FIELD,
                        H2CData.CCCID),
                then(
                        "data from the wrong offset",
                        scene -> scene.asked().data(BLOCK, BLOCK, true),
                        DATA_OUT_OF_RANGE,
                        0),
                then(
                        "data twice",
                        scene -> {
                            byte[] half = scene.asked().data(0, BLOCK, false);
                            scene.bad.stream().send(half);
                            return half;
                        },
                        DATA_OUT_OF_RANGE,
                        0),
                then(
                        "more data than asked for",
                        scene -> scene.asked().data(0, 3 * BLOCK, true),
                        DATA_OUT_OF_RANGE,
                        0),
                then(
                        "more data in a PDU than MAXH2CDATA",
                        scene -> scene.asked().data(0, MDTS + 4, true),
                        LIMIT_EXCEEDED,
                        0),
                then(
                        "all data, but not the last PDU",
                        scene -> scene.asked().data(0, 2 * BLOCK, false),
                        INVALID_HEADER_FIELD,
                        PduHeader.FLAGS),
                then(
                        "a last PDU before the end",
                        scene -> scene.asked().data(0, BLOCK, true),
                        INVALID_HEADER_FIELD,
                        PduHeader.FLAGS),
                then(
                        "DATAL that is not what follows",
                        scene ->
                                with32(
                                        scene.asked().data(0, 2 * BLOCK, true),
                                        H2CData.DATAL,
                                        BLOCK),
                        INVALID_HEADER_FIELD,
                        H2CData.DATAL),
                then(
                        "H2CData without data",
                        scene -> header(PduType.H2C_DATA, 24, 24),
                        INVALID_HEADER_FIELD,
                        PduHeader.PDO),
                then(
                        "a termination request that is too long",
                        scene -> header(PduType.H2C_TERM_REQ, 24, 153),
                        INVALID_HEADER_FIELD,
                        PduHeader.PLEN),
                then(
                        "a termination request with another header",
                        scene -> header(PduType.H2C_TERM_REQ, 20, 24),
                        INVALID_HEADER_FIELD,
                        PduHeader.HLEN));
    }

    @TestFactory
    Stream<DynamicTest> theRightTerminationRequestIsSent() {
        return cases().map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
    }

    private static void check(Case each) {
        Scene scene = new Scene(each.initialized(), each.digests());
        byte[] wrong = each.wrong().bytes(scene);
        scene.bad.stream().send(wrong);
        scene.world.simulation.runUntil(
                "a termination request for " + each.name(),
                () -> scene.bad.termination() != null || scene.bad.stream().isEnded(),
                100_000);
        WirePdu said = scene.bad.termination();
        assertNotNull(said, "the connection ended without a termination request");
        assertEquals(
                FatalErrorStatus.name(each.status()), FatalErrorStatus.name(said.fatalStatus()));
        assertEquals(each.info(), said.fatalInformation(), "FEI");
        byte[] quoted = said.quoted();
        assertArrayEquals(Arrays.copyOf(wrong, quoted.length), quoted, "the quoted header");
        assertFalse(quoted.length == 0, "no header is quoted");
        int read = scene.good.read(0, 1, BLOCK);
        assertEquals(Status.SUCCESS, scene.good.await(read).status(), "on another connection");
        scene.bad.stream().close();
        scene.good.stream().close();
        scene.admin.stream().close();
        scene.world.assertNothingIsLeft();
    }

    @Test
    void theHostsOwnTerminationRequestEndsTheConnectionWithoutAnAnswer() {
        Scene scene = new Scene(true, 0);
        byte[] request = new byte[TermReq.HEADER_LENGTH + 8];
        TermReq.encode(
                MemorySegment.ofArray(request),
                0,
                PduType.H2C_TERM_REQ,
                SEQUENCE_ERROR,
                0,
                MemorySegment.ofArray(new byte[8]),
                0,
                8);
        scene.bad.stream().send(request);
        scene.bad.awaitEnd();
        assertNull(scene.bad.termination());
    }

    @Test
    void aPeerThatDoesNotCloseAfterATerminationRequestIsClosedInTheEnd() {
        Scene scene = new Scene(true, 0);
        scene.bad.stream().send(WireHost.icReq(0, 0));
        scene.world.simulation.runFor(2 * TargetWorld.OPTIONS.stallNanos());
        assertEquals(2, scene.world.usage().connections(), "the good ones");
    }

    @Test
    void aTerminationDropsHeldAndAskedCommandsAndKeepsStartedOnes() {
        Scene scene = new Scene(true, 0).asked();
        scene.world.device.holding = true;
        scene.bad.write(8, new byte[BLOCK], BLOCK);
        scene.world.simulation.runUntil(
                "the write has started", () -> scene.world.device.heldRequests() == 1);
        scene.bad.stream().send(WireHost.icReq(0, 0));
        scene.world.simulation.runUntil("termination", () -> scene.bad.termination() != null);
        scene.bad.stream().close();
        scene.world.simulation.runFor(1_000_000);
        assertEquals(1, scene.world.usage().commands(), "the started write");
        assertEquals(3, scene.world.usage().connections(), "it keeps its connection");
        scene.world.onReactor(scene.world.device::releaseHeld);
        scene.good.stream().close();
        scene.admin.stream().close();
        scene.world.assertNothingIsLeft();
    }

    @Test
    void aCommandSentBeforeTheAnswerToConnectWaitsForIt() {
        Scene scene = new Scene(true, 0);
        WireHost eager = scene.world.wire();
        byte[] connect =
                eager.capsule(
                        (to, base, id) -> ConnectCommand.encode(to, base, id, 0, 32, 0, 0),
                        1,
                        WireHost.connectData(
                                TargetWorld.NQN, TargetWorld.HOST_NQN, RawHost.NEW_CONTROLLER));
        byte[] next =
                eager.capsule(
                        (to, base, id) -> SubmissionEntry.encode(to, base, 0x18, id, 0),
                        2,
                        new byte[0]);
        byte[] both = Arrays.copyOf(connect, connect.length + next.length);
        System.arraycopy(next, 0, both, connect.length, next.length);
        eager.stream().send(both);
        assertEquals(Status.SUCCESS, eager.await(1).status());
        assertEquals(Status.COMMAND_SEQUENCE_ERROR, eager.await(2).status() & ~Status.DNR);
    }
}
