/**
 * Replicas as block devices. A host's request enters {@link
 * io.mayastor.engine.pool.volume.Replica#submit}; it becomes transfers to the pool's disks at the
 * places that the metadata names, and records in the journal where places or content change.
 */
package io.mayastor.engine.pool.volume;
