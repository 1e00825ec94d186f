/**
 * Reservations of plain devices on the node's own file system: one small text file per device in,
 * the store that the target asks for out.
 */
package io.mayastor.server.reservations;
