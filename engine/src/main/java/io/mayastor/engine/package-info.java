/**
 * The data plane. Layers, each of which uses only those below it: {@code nexus}, {@code target} and
 * {@code initiator}, {@code pool}, {@code device}, {@code nvme}, {@code reactor}, {@code ring}.
 * Only the lowest two know threads, clocks and system calls, so everything above them runs
 * unchanged on a simulated ring.
 */
package io.mayastor.engine;
