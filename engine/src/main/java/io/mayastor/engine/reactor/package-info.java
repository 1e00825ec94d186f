/**
 * One thread, one ring, one timer wheel, one buffer arena, one inbox.
 *
 * <p>Enters: tasks posted from other threads, timers, completions of the ring. Leaves: operations
 * prepared on the ring. Everything above this package is owned by a {@link
 * io.mayastor.engine.reactor.Reactor} and runs only inside its turns, in production on a pinned
 * thread, in simulation under virtual time.
 */
package io.mayastor.engine.reactor;
