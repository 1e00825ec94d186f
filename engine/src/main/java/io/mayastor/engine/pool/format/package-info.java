/**
 * Every structure that a pool has on disk, one class each, as ARCHITECTURE.md §15.3 draws them.
 *
 * <p>Bytes at an address enter and checked fields leave, or the other way round. Nothing here does
 * I/O, keeps state between calls (but for the views of a {@link
 * io.mayastor.engine.pool.format.Checksum}) or knows what a field means to a pool. What is read is
 * hostile until its decoder has passed it: lengths, counts and ranges.
 */
package io.mayastor.engine.pool.format;
