/**
 * The only way the engine touches files and sockets.
 *
 * <p>Enters: operations prepared on a {@link io.mayastor.engine.ring.Ring} by its owner thread.
 * Leaves: completions, run on the same thread inside {@link io.mayastor.engine.ring.Ring#turn}.
 * Blocking control calls that make descriptors live in {@link io.mayastor.engine.ring.Kernel}. Both
 * have a Linux and a simulated implementation that pass the same contract tests.
 */
package io.mayastor.engine.ring;
