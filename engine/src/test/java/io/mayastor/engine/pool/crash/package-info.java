/**
 * Crashes of pools, every one of them. A random load runs on a pool in the simulation while all
 * that reaches the disks is recorded; then every state that a crash could have left is made again,
 * opened, checked, and compared with what hosts were told.
 *
 * <p>{@link io.mayastor.engine.pool.crash.History} knows what hosts were told, {@link
 * io.mayastor.engine.pool.crash.DiskLog} what the disks were given, {@link
 * io.mayastor.engine.pool.crash.CrashWalk} goes through the points.
 */
package io.mayastor.engine.pool.crash;
