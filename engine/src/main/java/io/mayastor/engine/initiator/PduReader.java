package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.reactor.TurnEndTask;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;

/**
 * The incoming half of a connection: one receive is outstanding, into a buffer shared by the
 * reactor's connections; bytes become checked PDU headers, and data goes to the place its command
 * names. Owner thread: the reactor's.
 *
 * <p>When at least {@link #DIRECT_BYTES} of a PDU's data are still to come, they are received
 * straight into their place; less is cheaper received in bulk and copied. A header that spans
 * receives is put together in a stash.
 */
final class PduReader implements Completion {
    /** What the bytes mean. */
    interface Sink {
        /**
         * A whole header at a native address, whose form and digest are right. For C2HData the
         * callee names the place by {@link PduReader#expectData}.
         *
         * @return {@link PduCheck#OK} or a verdict that ends the connection
         */
        long header(long address);

        /** All data announced by {@link PduReader#expectData} lies in its place. */
        void dataArrived(boolean intact);

        /** Nothing may be believed after this header. */
        void violated(long verdict, long address, int length);

        /** The connection has ended: 0 = closed by the peer, else a negated errno. */
        void disconnected(int result);

        /** A receive has been dealt with; the ring may hold none now. */
        void received();
    }

    static final int DIRECT_BYTES = 16 << 10;

    private static final MemorySegment ALL = Memory.ALL;

    private enum Mode {
        HEADER,
        DATA,
        DIGEST,
        /** Bytes are thrown away until the peer closes. */
        DISCARD
    }

    private final Initiator initiator;
    private final Ring ring;
    private final SharedBuffers buffers;
    private final long shared;
    private final long stash;
    private final Sink sink;
    private final Completion direct = this::directReceived;
    private final TurnEndTask rearm =
            new TurnEndTask() {
                @Override
                protected void run() {
                    arm();
                }
            };

    private int socket;
    private PduCheck check = PduCheck.awaitICResp();
    private TransportParameters parameters = TransportParameters.NONE;
    private Mode mode = Mode.HEADER;
    private int stashed;

    /** Bytes of the header in the stash once its first 8 are there, else 0. */
    private int headerBytes;

    private long dataStart;
    private int dataLength;
    private int dataPlaced;
    private boolean withRing;
    private boolean stopped;
    private long receivedNanos;

    PduReader(Initiator initiator, ConnectionMemory memory, Sink sink) {
        this.initiator = initiator;
        this.ring = initiator.reactor().ring();
        this.buffers = initiator.receiveBuffers();
        this.shared = buffers.memory().address();
        this.stash = memory.stash();
        this.sink = sink;
    }

    void open(int newSocket) {
        socket = newSocket;
        arm();
    }

    /** From the next PDU on. */
    void use(TransportParameters negotiated, PduCheck newCheck) {
        parameters = negotiated;
        check = newCheck;
    }

    void expectData(long address, int length) {
        dataStart = address;
        dataLength = length;
        dataPlaced = 0;
        mode = Mode.DATA;
    }

    /** Goes on receiving, but no byte is looked at any more. */
    void discard() {
        mode = Mode.DISCARD;
    }

    /** No further receive is given to the ring. */
    void stop() {
        stopped = true;
        mode = Mode.DISCARD;
    }

    boolean isIdle() {
        return !withRing;
    }

    /** When the bytes that are being read came. */
    long receivedNanos() {
        return receivedNanos;
    }

    @Override
    public void complete(int result, int flags) {
        if (result > 0) {
            receivedNanos = ring.nanoTime();
            int buffer = SharedBuffers.bufferOf(flags);
            long start = shared + (long) buffer * buffers.sizeBytes();
            consume(start, start + result);
            buffers.release(buffer);
            withRing = false;
            initiator.reactor().atTurnEnd(rearm);
        } else if (result == -Errno.ENOBUFS) {
            withRing = false;
            initiator.reactor().atTurnEnd(rearm);
        } else {
            withRing = false;
            sink.disconnected(result);
        }
        sink.received();
    }

    private void directReceived(int result, int flags) {
        withRing = false;
        int left = dataLength - dataPlaced;
        if (result == left) {
            receivedNanos = ring.nanoTime();
            if (mode == Mode.DATA) {
                dataPlaced = dataLength;
                dataEnded();
            }
            initiator.reactor().atTurnEnd(rearm);
        } else {
            sink.disconnected(Math.min(result, 0));
        }
        sink.received();
    }

    /** Runs at the end of a turn, so that what the turn has to send goes first. */
    private void arm() {
        if (stopped || withRing) {
            return;
        }
        withRing = true;
        int left = dataLength - dataPlaced;
        if (mode == Mode.DATA && left >= DIRECT_BYTES) {
            ring.receiveAll(socket, dataStart + dataPlaced, left, direct);
        } else {
            ring.receiveShared(socket, buffers, this);
        }
    }

    private void consume(long start, long end) {
        long position = start;
        while (position < end) {
            switch (mode) {
                case HEADER -> position = readHeader(position, end);
                case DATA -> {
                    int part = (int) Math.min(dataLength - dataPlaced, end - position);
                    Memory.copy(position, dataStart + dataPlaced, part);
                    position += part;
                    dataPlaced += part;
                    if (dataPlaced == dataLength) {
                        dataEnded();
                    }
                }
                case DIGEST -> {
                    position = stash(position, end, Integer.BYTES);
                    if (stashed == Integer.BYTES) {
                        digestEnded();
                    }
                }
                case DISCARD -> position = end;
            }
        }
    }

    private long readHeader(long position, long end) {
        if (stashed == 0 && end - position >= PduHeader.LENGTH) {
            long verdict = check.check(ALL, position);
            if (verdict != PduCheck.OK) {
                violated(verdict, position, PduHeader.LENGTH);
                return end;
            }
            int length = lengthOfHeader(position);
            if (end - position >= length) {
                accept(position, length);
                return position + length;
            }
        }
        return readSplitHeader(position, end);
    }

    private long readSplitHeader(long start, long end) {
        long position = stash(start, end, headerBytes == 0 ? PduHeader.LENGTH : headerBytes);
        if (headerBytes == 0 && stashed == PduHeader.LENGTH) {
            long verdict = check.check(ALL, stash);
            if (verdict != PduCheck.OK) {
                violated(verdict, stash, PduHeader.LENGTH);
                return end;
            }
            headerBytes = lengthOfHeader(stash);
            position = stash(position, end, headerBytes);
        }
        if (headerBytes != 0 && stashed == headerBytes) {
            int length = headerBytes;
            stashed = 0;
            headerBytes = 0;
            accept(stash, length);
        }
        return position;
    }

    private long stash(long position, long end, int wanted) {
        int part = (int) Math.min(wanted - stashed, end - position);
        Memory.copy(position, stash + stashed, part);
        stashed += part;
        return position + part;
    }

    /** Header, digest and padding; all of a PDU without data. */
    private static int lengthOfHeader(long address) {
        return PduHeader.type(ALL, address) == PduType.C2H_DATA
                ? PduHeader.dataOffset(ALL, address)
                : (int) PduHeader.pduLength(ALL, address);
    }

    private void accept(long address, int length) {
        int headerLength = PduHeader.headerLength(ALL, address);
        int type = PduHeader.type(ALL, address);
        if (parameters.headerDigest() && type != PduType.C2H_TERM_REQ) {
            int received = Memory.getInt(address + headerLength);
            if (received != initiator.digest(address, headerLength)) {
                long verdict = PduCheck.verdict(FatalErrorStatus.HEADER_DIGEST_ERROR, received);
                violated(verdict, address, headerLength);
                return;
            }
        }
        long verdict = sink.header(address);
        if (verdict != PduCheck.OK) {
            violated(verdict, address, Math.min(headerLength, length));
        }
    }

    private void violated(long verdict, long address, int length) {
        mode = Mode.DISCARD;
        sink.violated(verdict, address, length);
    }

    private void dataEnded() {
        if (parameters.dataDigest()) {
            stashed = 0;
            mode = Mode.DIGEST;
        } else {
            mode = Mode.HEADER;
            sink.dataArrived(true);
        }
    }

    private void digestEnded() {
        stashed = 0;
        mode = Mode.HEADER;
        int received = Memory.getInt(stash);
        sink.dataArrived(received == initiator.digest(dataStart, dataLength));
    }
}
