package io.mayastor.engine.ring;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Asynchronous file and socket operations of one thread.
 *
 * <p>Owner thread: the one that made the ring. Every method must be called there, except {@link
 * #wake()}.
 *
 * <p>Promises:
 *
 * <ul>
 *   <li>Each operation completes exactly once, through its {@link Completion}, never inside the
 *       call that prepared it but inside a later {@link #turn}.
 *   <li>Preparing an operation never fails and never blocks for I/O: a full submission queue is
 *       flushed to the kernel first. Nothing is allocated per operation once the tables have grown
 *       to the number of operations in flight.
 *   <li>Memory named by an operation belongs to the ring until the completion runs.
 *   <li>Interrupted system calls are repeated here; a caller sees short transfers, but never EINTR
 *       or EAGAIN.
 *   <li>Operations prepared in one turn are started in order; they may complete in any order.
 * </ul>
 *
 * <p>{@code file} and {@code socket} are descriptors from {@link Kernel} or {@link #accept}, or
 * handles from {@link #registerFile}. The {@code long} that an operation returns names it for
 * {@link #cancel}; it is never reused for another operation within 2^31 uses of a slot.
 */
public interface Ring extends AutoCloseable {
    /**
     * Write flag: data and what is needed to read it back are durable before completion
     * (RWF_DSYNC).
     */
    int DSYNC = 2;

    /**
     * {@link #fallocate} mode: deallocate the range, which reads zeros afterwards
     * (FALLOC_FL_PUNCH_HOLE | KEEP_SIZE).
     */
    int PUNCH_HOLE = 0x03;

    /**
     * {@link #fallocate} mode: the range reads zeros and stays allocated where the file system can
     * (FALLOC_FL_ZERO_RANGE | KEEP_SIZE).
     */
    int ZERO_RANGE = 0x11;

    /**
     * Reads up to {@code lengthBytes} at {@code offset}; fewer at the end of the file, 0 past it.
     */
    long read(int file, long offset, long address, int lengthBytes, Completion completion);

    /**
     * Writes at {@code offset}; the result may be short.
     *
     * @param writeFlags 0 or {@link #DSYNC}
     */
    long write(
            int file,
            long offset,
            long address,
            int lengthBytes,
            int writeFlags,
            Completion completion);

    /**
     * Makes earlier completed writes durable: data only (fdatasync) or with all metadata (fsync).
     */
    long fsync(int file, boolean dataOnly, Completion completion);

    /**
     * @param mode {@link #PUNCH_HOLE}, {@link #ZERO_RANGE} or 0 (allocate)
     */
    long fallocate(int file, int mode, long offset, long lengthBytes, Completion completion);

    /**
     * Tells a block device that the range's content is of no use; what it reads afterwards is
     * undefined. {@code -EOPNOTSUPP} on files and old kernels.
     */
    long discard(int file, long offset, long lengthBytes, Completion completion);

    /**
     * Receives 1…{@code lengthBytes} into own memory; result 0 means the peer has closed its side.
     */
    long receive(int socket, long address, int lengthBytes, Completion completion);

    /**
     * Receives exactly {@code lengthBytes}; fewer only when the connection ends or the operation is
     * cancelled after a part.
     */
    long receiveAll(int socket, long address, int lengthBytes, Completion completion);

    /**
     * Receives into one of the ring's shared buffers, taken only when bytes have come. The
     * completion's flags name the buffer, which the callee must give back with {@link
     * SharedBuffers#release}. Result {@code -ENOBUFS}: no buffer was free; nothing is lost.
     */
    long receiveShared(int socket, SharedBuffers buffers, Completion completion);

    /**
     * Gathers and sends; partial sends are normal. SIGPIPE is never raised.
     *
     * @param messageHeader address of a {@code struct msghdr}, see {@link MessageHeader}
     */
    long sendMessage(int socket, long messageHeader, Completion completion);

    /** Accepts one connection; the result is its descriptor (close-on-exec). */
    long accept(int socket, Completion completion);

    long connect(int socket, InetSocketAddress address, Completion completion);

    /** Waits once for poll events (POLLIN 1, POLLOUT 4, …); the result is the events that came. */
    long poll(int file, int events, Completion completion);

    /**
     * Ends both directions: receives pending on it complete. Needed before {@link #close(int,
     * Completion)} while a receive is pending.
     */
    long shutdown(int socket, Completion completion);

    /** Closes a descriptor. Everything pending on it must have completed. */
    long close(int file, Completion completion);

    /**
     * Asks to end an operation early. Its completion still runs exactly once: with {@code
     * -ECANCELED}, or with its result if it had finished. An operation that has completed is not
     * affected.
     */
    void cancel(long operation);

    /**
     * Submits what was prepared, reaps completions and runs them.
     *
     * @param waitNanos 0: do not wait; more: sleep until a completion, {@link #wake()} or this time
     *     has passed; {@link Long#MAX_VALUE}: no time limit
     * @return number of completions run
     */
    int turn(long waitNanos);

    /**
     * Whether a {@link #turn} would find something to do. Made to be asked again and again before a
     * sleep: costs no system call, except on a ring that has no queue shared with the kernel.
     */
    boolean ready();

    /**
     * Ends the current or next sleep in {@link #turn}. Callable from any thread; cheap when
     * repeated. After {@link #close()} it has no effect.
     */
    void wake();

    /** The ring's clock: monotonic nanoseconds, virtual in simulation. */
    long nanoTime();

    /**
     * Registers a file for cheaper operations and returns the handle to use for it; returns {@code
     * file} itself when the kernel refuses.
     */
    int registerFile(int file);

    /** Undoes {@link #registerFile}; nothing may be pending on the handle. */
    void unregisterFile(int handle);

    /**
     * Registers memory that files are read to and written from, if the kernel has room: operations
     * whose memory lies inside become cheaper.
     */
    void registerMemory(MemorySegment memory);

    /**
     * Makes a set of receive buffers.
     *
     * @param count a power of two, at most 32 768
     */
    SharedBuffers provideBuffers(int count, int sizeBytes);

    /** Counters of this ring; readable from any thread. */
    RingStatistics statistics();

    /** Operations prepared and not yet completed. */
    int inFlight();

    /**
     * Cancels everything, runs the remaining completions, and gives the kernel's resources back.
     */
    @Override
    void close();
}
