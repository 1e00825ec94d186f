package io.mayastor.engine.target;

import io.mayastor.engine.ring.MessageHeader;
import java.lang.foreign.MemorySegment;

/**
 * One gathered send: message header, vectors and PDU headers in native memory, and the commands
 * whose buffers it refers to. Pooled per reactor; owner thread: the reactor's.
 *
 * <pre>
 *  0      msghdr            64 bytes
 *  64     vectors           512 × 16 bytes
 *  8256   PDU headers       24 512 bytes      (together 32 KiB)
 * </pre>
 */
final class SendBatch {
    static final int BYTES = 32 << 10;
    static final int VECTORS = 512;

    private static final int VECTORS_AT = 64;
    private static final int HEADERS_AT = VECTORS_AT + VECTORS * MessageHeader.IOVEC_SIZE;

    final int index;
    private final MemorySegment memory;
    private final long base;
    private final long address;
    private final Command[] commands = new Command[VECTORS];
    private int commandCount;
    private int headersEnd;
    private int firstVector;
    private int vectorCount;

    /** End address of the last vector when it holds headers, so that the next header joins it. */
    private long joinAddress;

    SendBatch(int index, MemorySegment memory) {
        this.index = index;
        this.memory = memory;
        this.base = (long) index * BYTES;
        this.address = memory.address() + base;
        clear();
    }

    void clear() {
        commandCount = 0;
        headersEnd = HEADERS_AT;
        firstVector = 0;
        vectorCount = 0;
        joinAddress = 0;
    }

    boolean isEmpty() {
        return vectorCount == 0;
    }

    /** Whether a response with data still fits: its headers and three vectors. */
    boolean hasRoom() {
        return headersEnd + 256 <= BYTES && vectorCount + 3 <= VECTORS;
    }

    /** Memory of all batches of the reactor, in which {@link #header} gives offsets. */
    MemorySegment memory() {
        return memory;
    }

    /** Takes room for a header; the caller fills it at the offset that is returned. */
    long header(int length) {
        long offset = base + headersEnd;
        long at = address + headersEnd;
        headersEnd += length;
        if (joinAddress == at) {
            long vector = base + vectorOffset(vectorCount - 1);
            MessageHeader.setVector(
                    memory,
                    vector,
                    MessageHeader.vectorAddress(memory, vector),
                    MessageHeader.vectorLength(memory, vector) + length);
        } else {
            vector(at, length);
        }
        joinAddress = at + length;
        return offset;
    }

    void data(long from, int length) {
        vector(from, length);
        joinAddress = 0;
    }

    /** The command's buffer is free to use again when the batch has been sent. */
    void attach(Command command) {
        commands[commandCount++] = command;
    }

    int commandCount() {
        return commandCount;
    }

    Command command(int position) {
        return commands[position];
    }

    /** Address of a message header for what has not been sent yet. */
    long message() {
        MessageHeader.setVectors(
                memory, base, address + vectorOffset(firstVector), vectorCount - firstVector);
        return address;
    }

    /** Forgets what has been sent; true when nothing is left. */
    boolean sent(long bytes) {
        long left = bytes;
        while (firstVector < vectorCount) {
            long vector = base + vectorOffset(firstVector);
            long length = MessageHeader.vectorLength(memory, vector);
            if (left < length) {
                long from = MessageHeader.vectorAddress(memory, vector);
                MessageHeader.setVector(memory, vector, from + left, length - left);
                return false;
            }
            left -= length;
            firstVector++;
        }
        return true;
    }

    private void vector(long from, int length) {
        MessageHeader.setVector(memory, base + vectorOffset(vectorCount), from, length);
        vectorCount++;
    }

    private static int vectorOffset(int vector) {
        return VECTORS_AT + vector * MessageHeader.IOVEC_SIZE;
    }
}
