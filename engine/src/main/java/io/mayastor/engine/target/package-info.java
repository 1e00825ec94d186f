/**
 * The NVMe/TCP server side: portals, connections, controllers, subsystems, discovery.
 *
 * <p>Enters: bytes of hosts, through the ring of the reactor that owns the connection; management
 * calls on {@link io.mayastor.engine.target.Target}. Leaves: requests to block devices, and
 * responses. A peer can end its own connection, nothing else.
 *
 * <p>The way of a command: {@code PduReader} frames the byte stream, {@code Connection} checks the
 * capsule and gives it a {@code Command} slot, the {@code CommandSet} of its queue prepares it
 * (checks every field), data comes in the capsule or by R2T, the command set executes it, {@code
 * Transmitter} gathers what all commands of a turn have to say into one send.
 */
package io.mayastor.engine.target;
