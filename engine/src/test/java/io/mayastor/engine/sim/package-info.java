/**
 * A whole world in one thread and virtual time: hosts, disks, network, and the participants
 * (reactors) that run on them.
 *
 * <p>Enters: a seed, hosts with disks, participants, faults. Leaves: the one run that this seed
 * means; see {@link io.mayastor.engine.sim.Simulation} for how to write a test with it.
 */
package io.mayastor.engine.sim;
