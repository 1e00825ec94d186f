package io.mayastor.engine.target;

import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;

/**
 * One gathered send: message header, vectors and PDU headers in native Memory.ALL, and the commands
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

    private final long base;
    private final Command[] commands = new Command[VECTORS];
    private int commandCount;
    private int headersEnd;
    private int firstVector;
    private int vectorCount;

    /** End address of the last vector when it holds headers, so that the next header joins it. */
    private long joinAddress;

    SendBatch(long address) {
        base = address;
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

    /** Takes room for a header; the caller fills it at the address that is returned. */
    long header(int length) {
        long at = base + headersEnd;
        headersEnd += length;
        if (joinAddress == at) {
            long vector = base + vectorOffset(vectorCount - 1);
            MessageHeader.setVector(
                    Memory.ALL,
                    vector,
                    MessageHeader.vectorAddress(Memory.ALL, vector),
                    MessageHeader.vectorLength(Memory.ALL, vector) + length);
        } else {
            vector(at, length);
        }
        joinAddress = at + length;
        return at;
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
                Memory.ALL, base, base + vectorOffset(firstVector), vectorCount - firstVector);
        return base;
    }

    /** Forgets what has been sent; true when nothing is left. */
    boolean sent(long bytes) {
        long left = bytes;
        while (firstVector < vectorCount) {
            long vector = base + vectorOffset(firstVector);
            long length = MessageHeader.vectorLength(Memory.ALL, vector);
            if (left < length) {
                long from = MessageHeader.vectorAddress(Memory.ALL, vector);
                MessageHeader.setVector(Memory.ALL, vector, from + left, length - left);
                return false;
            }
            left -= length;
            firstVector++;
        }
        return true;
    }

    private void vector(long from, int length) {
        MessageHeader.setVector(Memory.ALL, base + vectorOffset(vectorCount), from, length);
        vectorCount++;
    }

    private static int vectorOffset(int vector) {
        return VECTORS_AT + vector * MessageHeader.IOVEC_SIZE;
    }
}
