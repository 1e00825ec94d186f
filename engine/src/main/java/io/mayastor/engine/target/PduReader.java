package io.mayastor.engine.target;

import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.RunningDigest;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;

/**
 * Cuts a connection's byte stream into PDUs. Owner thread: the connection's reactor.
 *
 * <p>Bytes come in a buffer shared by the reactor's connections and are handled where they lie; an
 * incomplete PDU is kept in a stash, which an idle connection does not have. The data of an H2CData
 * PDU goes to its command; when at least {@link #DIRECT_BYTES} of it are still to come, they are
 * received straight to their place.
 *
 * <p>A PDU that can not be taken now stalls the stream: nothing more is received until {@link
 * #resume}, and when shared buffers are few, what has been received already moves to the arena. One
 * receive is outstanding at a time.
 */
final class PduReader implements Completion {
    /** What became of a PDU: see {@link Connection#receivedPdu}. */
    static final int TAKEN = 0;

    static final int STALLED = 1;
    static final int ENDED = 2;

    /** From this much data on, an exact receive is cheaper than a large one and a copy. */
    static final int DIRECT_BYTES = 16 << 10;

    private static final int NONE = -1;
    private static final int DIGEST_BYTES = 4;

    private final Connection connection;
    private final ConnectionGroup group;
    private final Ring ring;
    private final RunningDigest digest = new RunningDigest();
    private PduCheck check = PduCheck.awaitICReq();

    private boolean receiving;
    private boolean receiveWanted;
    private boolean direct;
    private boolean intoStash;
    private boolean stalled;
    private boolean ended;
    private boolean discarding;

    private int heldBuffer = NONE;
    private long inputAt;
    private long inputEnd;

    private long parkedAt;
    private int parkedLength;

    private int stash = NONE;
    private long stashBase;
    private int stashed;
    private boolean stashComplete;

    private Command payloadCommand;
    private long payloadAddress;
    private int payloadLeft;
    private int trailerLeft;
    private int trailer;

    PduReader(Connection connection, ConnectionGroup group) {
        this.connection = connection;
        this.group = group;
        this.ring = group.ring();
    }

    /** From now on PDUs are checked by what the initialization has settled. */
    void initialized(PduCheck negotiated) {
        check = negotiated;
    }

    /** Feeds bytes that another reactor has received already. */
    void replay(byte[] bytes) {
        takeStash();
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, Memory.ALL, stashBase, bytes.length);
        stashed = bytes.length;
        stashComplete = true;
        consume();
    }

    /**
     * Starts or goes on receiving, at the end of this turn: behind the send, since a response must
     * not wait while the kernel sets up a receive that finds nothing yet.
     */
    private void arm() {
        if (!receiving && !stalled && !ended) {
            receiveWanted = true;
            connection.atTurnEnd();
        }
    }

    /** The turn ends and what it had to say is on its way: now receive, if that is wanted still. */
    void receiveIfWanted() {
        if (!receiveWanted || receiving || stalled || ended) {
            return;
        }
        receiveWanted = false;
        receiving = true;
        if (payloadLeft >= DIRECT_BYTES) {
            direct = true;
            ring.receiveAll(connection.socket(), payloadAddress, payloadLeft, this);
        } else {
            ring.receiveShared(connection.socket(), group.receiveBuffers(), this);
        }
    }

    void start() {
        arm();
    }

    boolean isReceiving() {
        return receiving;
    }

    boolean isStalled() {
        return stalled;
    }

    /** Whether anything has come behind the PDU of this length that is being handled. */
    boolean hasMoreAfter(int length) {
        return stashed > 0 ? inputAt < inputEnd : inputAt + length < inputEnd;
    }

    /** Whether the peer owes us bytes: a PDU or its data has begun. */
    boolean isInsidePdu() {
        return stashed > 0 || payloadLeft > 0 || trailerLeft > 0;
    }

    /** Tries again to take the PDU at which the stream stalled. */
    void resume() {
        if (stalled && !ended && !discarding) {
            stalled = false;
            try {
                consume();
            } catch (RuntimeException e) {
                connection.failed(e);
            }
        }
    }

    /** Takes no more input; buffers are given back, now or with the completion of the receive. */
    void end() {
        ended = true;
        if (!direct) {
            payloadCommand = null;
        }
        releaseInput();
        if (!receiving) {
            releaseStash();
        }
    }

    /** Reads on, but throws away what comes, so that the peer gets to see our last words. */
    void discard() {
        discarding = true;
        payloadCommand = null;
        payloadLeft = 0;
        trailerLeft = 0;
        releaseInput();
        if (!receiving) {
            releaseStash();
            arm();
        }
    }

    /** Whether a receive into the command's buffer is still pending, so that it must be kept. */
    boolean holds(Command command) {
        return direct && payloadCommand == command;
    }

    @Override
    public void complete(int result, int flags) {
        try {
            received(result, flags);
        } catch (RuntimeException e) {
            connection.failed(e);
        }
    }

    private void received(int result, int flags) {
        receiving = false;
        boolean wasDirect = direct;
        boolean wasIntoStash = intoStash;
        direct = false;
        intoStash = false;
        if (ended) {
            if (!wasDirect && !wasIntoStash && result > 0) {
                group.receiveBuffers().release(SharedBuffers.bufferOf(flags));
            }
            releaseStash();
            Command command = payloadCommand;
            payloadCommand = null;
            connection.receiveEnded(command);
            return;
        }
        if (result == -Errno.ENOBUFS) {
            receiveIntoStash();
            return;
        }
        if (result <= 0) {
            connection.peerGone(result);
            return;
        }
        if (discarding) {
            if (!wasDirect && !wasIntoStash) {
                group.receiveBuffers().release(SharedBuffers.bufferOf(flags));
            }
            stashed = 0;
            arm();
            return;
        }
        connection.received(payloadLeft + trailerLeft > 0);
        if (wasDirect) {
            payloadArrivedInPlace(result);
        } else if (wasIntoStash) {
            stashed += result;
            stashComplete = true;
        } else {
            heldBuffer = SharedBuffers.bufferOf(flags);
            inputAt = group.receiveAddress(heldBuffer);
            inputEnd = inputAt + result;
        }
        if (!ended && !discarding) {
            consume();
        }
    }

    /** No shared buffer is free: a connection makes progress with its own small one. */
    private void receiveIntoStash() {
        takeStash();
        receiving = true;
        int wanted =
                payloadLeft + trailerLeft > 0
                        ? Math.min(payloadLeft + trailerLeft, ConnectionGroup.STASH_BYTES)
                        : missingInStash();
        intoStash = true;
        ring.receive(connection.socket(), stashBase + stashed, wanted, this);
    }

    private int missingInStash() {
        return stashed < PduHeader.LENGTH
                ? PduHeader.LENGTH - stashed
                : needed(stashBase, stashed) - stashed;
    }

    private void payloadArrivedInPlace(int length) {
        group.statistics().placed(length);
        if (connection.hasDataDigest()) {
            group.digests().update(digest, payloadAddress, length);
        }
        payloadAddress += length;
        payloadLeft -= length;
        if (payloadLeft == 0 && trailerLeft == 0) {
            payloadComplete();
        }
    }

    private void consume() {
        while (!ended && !discarding && (inputAt < inputEnd || stashComplete)) {
            if (payloadLeft + trailerLeft > 0) {
                takePayload();
                continue;
            }
            if (stashed > 0) {
                if (!takeFromStash()) {
                    break;
                }
                continue;
            }
            int available = (int) (inputEnd - inputAt);
            int need = needed(inputAt, available);
            if (need < 0) {
                break;
            }
            if (need > available) {
                putIntoStash(available);
                break;
            }
            int outcome = connection.receivedPdu(inputAt, need);
            if (outcome != TAKEN) {
                stalled = outcome == STALLED;
                break;
            }
            inputAt += need;
        }
        if (ended || discarding) {
            return;
        }
        if (stalled) {
            park();
            return;
        }
        releaseInput();
        arm();
    }

    /** Gives the shared buffer back while the stream waits: its input moves to the arena. */
    private void park() {
        if (heldBuffer == NONE || !group.receiveBuffersAreShort()) {
            return;
        }
        int left = (int) (inputEnd - inputAt);
        if (left == 0) {
            releaseInput();
            return;
        }
        long place = group.buffers().park(left);
        if (place != 0) {
            Memory.copy(inputAt, place, left);
            releaseInput();
            parkedAt = place;
            parkedLength = left;
            inputAt = place;
            inputEnd = place + left;
        }
    }

    /**
     * Bytes that must lie together before the PDU at {@code base} can be handled, or -1 when its
     * header is wrong and the connection is being terminated.
     */
    private int needed(long base, int available) {
        if (available < PduHeader.LENGTH) {
            return PduHeader.LENGTH;
        }
        long verdict = check.check(Memory.ALL, base);
        if (verdict != PduCheck.OK) {
            connection.terminate(verdict, base, PduHeader.LENGTH);
            return -1;
        }
        return PduHeader.type(Memory.ALL, base) == PduType.H2C_DATA
                ? PduHeader.dataOffset(Memory.ALL, base)
                : (int) PduHeader.pduLength(Memory.ALL, base);
    }

    /** Completes and handles the PDU in the stash; false when the loop must stop. */
    private boolean takeFromStash() {
        int need = needed(stashBase, stashed);
        if (need < 0) {
            return false;
        }
        if (stashed < need) {
            stashComplete = false;
            int part = (int) Math.min(need - stashed, inputEnd - inputAt);
            Memory.copy(inputAt, stashBase + stashed, part);
            stashed += part;
            inputAt += part;
            stashComplete = stashed >= need;
            return true;
        }
        int outcome = connection.receivedPdu(stashBase, need);
        if (outcome != TAKEN) {
            stalled = outcome == STALLED;
            stashComplete = stalled;
            return false;
        }
        stashed -= need;
        if (stashed > 0) {
            throw new IllegalStateException("bytes behind the PDU in the stash: " + stashed);
        }
        stashComplete = false;
        releaseStash();
        return true;
    }

    private void putIntoStash(int available) {
        takeStash();
        Memory.copy(inputAt, stashBase, available);
        stashed = available;
        inputAt = inputEnd;
    }

    /** Called for a checked H2CData header: what follows is data of the command. */
    void expectPayload(Command command, long address, int length) {
        payloadCommand = command;
        payloadAddress = address;
        payloadLeft = length;
        trailerLeft = connection.hasDataDigest() ? DIGEST_BYTES : 0;
        trailer = 0;
        digest.reset();
    }

    private void takePayload() {
        long at = inputAt;
        long end = inputEnd;
        boolean fromStash = stashComplete;
        if (fromStash) {
            at = stashBase;
            end = stashBase + stashed;
        }
        int part = (int) Math.min(payloadLeft, end - at);
        if (part > 0) {
            Memory.copy(at, payloadAddress, part);
            group.statistics().copied(part);
            if (trailerLeft > 0) {
                group.digests().update(digest, at, part);
            }
            payloadAddress += part;
            payloadLeft -= part;
            at += part;
        }
        while (payloadLeft == 0 && trailerLeft > 0 && at < end) {
            trailer |= LittleEndian.u8(Memory.ALL, at) << (8 * (DIGEST_BYTES - trailerLeft));
            trailerLeft--;
            at++;
        }
        if (fromStash) {
            stashed = 0;
            stashComplete = false;
            releaseStash();
        } else {
            inputAt = at;
        }
        if (payloadLeft == 0 && trailerLeft == 0) {
            payloadComplete();
        }
    }

    private void payloadComplete() {
        Command command = payloadCommand;
        payloadCommand = null;
        boolean intact = !connection.hasDataDigest() || trailer == digest.value();
        command.queue.receivedData(command, intact);
    }

    private void takeStash() {
        if (stash == NONE) {
            stash = group.takeStash();
            stashBase = group.stashAddress(stash);
        }
    }

    private void releaseStash() {
        if (stash != NONE) {
            group.releaseStash(stash);
            stash = NONE;
            stashed = 0;
        }
    }

    private void releaseInput() {
        if (heldBuffer != NONE) {
            group.receiveBuffers().release(heldBuffer);
            heldBuffer = NONE;
        }
        if (parkedLength > 0) {
            group.buffers().unpark(parkedAt, parkedLength);
            parkedLength = 0;
        }
        inputAt = 0;
        inputEnd = 0;
    }
}
