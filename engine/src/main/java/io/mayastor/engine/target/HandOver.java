package io.mayastor.engine.target;

/**
 * A connection on its way to the reactor that owns its subsystem: nothing is pending on the socket,
 * nothing of it is registered in the old ring.
 *
 * @param digests as negotiated
 * @param hostDataAlignment HPDA
 * @param capsule the Connect capsule as received, still to be answered
 */
record HandOver(int socket, int digests, int hostDataAlignment, byte[] capsule) {}
