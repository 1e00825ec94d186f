/**
 * What makes a pool's promises hold: the journal and its groups, the shared synchronisation of
 * disks, the life of space that was given up, checkpoints, opening and closing.
 *
 * <p>In come records, requests to synchronise and I/O on clusters; out go acknowledgements in the
 * order of {@code ARCHITECTURE.md} §15.4. All of it runs on the pool's reactor.
 */
package io.mayastor.engine.pool.journal;
