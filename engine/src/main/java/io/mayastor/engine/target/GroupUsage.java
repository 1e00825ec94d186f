package io.mayastor.engine.target;

/**
 * What the target holds on one reactor at one moment: for metrics, and to see that nothing is left
 * when the hosts have gone.
 *
 * @param connections connections, also those that wait for their last I/O
 * @param commands command slots in use
 * @param stashes stashes in use: PDUs of which a part has come
 * @param sendBatches send batches in use
 * @param receiveBuffers shared receive buffers that are not with the kernel
 * @param requestedBytes data that hosts have been asked for and have not sent yet
 * @param bufferedBytes buffers of the arena that hosts' commands hold
 * @param waitingCommands commands that wait for memory or for the R2T quota
 * @param stalledConnections connections whose stream is not read until something is given back
 */
public record GroupUsage(
        int connections,
        int commands,
        int stashes,
        int sendBatches,
        int receiveBuffers,
        long requestedBytes,
        long bufferedBytes,
        int waitingCommands,
        int stalledConnections) {
    public static final GroupUsage NOTHING = new GroupUsage(0, 0, 0, 0, 0, 0, 0, 0, 0);
}
