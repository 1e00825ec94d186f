/**
 * The state of a pool in memory: layers and their maps, free space, and the pages in which a
 * checkpoint writes it all down.
 *
 * <p>Journal records go in, when they are complete, through {@link
 * io.mayastor.engine.pool.metadata.Metadata}; the same calls in the same order give the same state,
 * in run time and in recovery. What leaves: where units are, space to put new ones, and changed
 * pages. Nothing here does I/O. All of it belongs to the pool's reactor.
 */
package io.mayastor.engine.pool.metadata;
