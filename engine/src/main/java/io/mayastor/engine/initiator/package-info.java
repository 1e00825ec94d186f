/**
 * NVMe/TCP host: connects to a controller, keeps the association alive, and moves commands and data
 * over its queue pairs.
 *
 * <p>Enters: a URI or {@link io.mayastor.engine.initiator.ControllerOptions}, then block requests
 * on the owner reactor. Leaves: each request's NVMe status exactly once, and notices about the
 * association and its namespaces.
 *
 * <p>A request that ends with {@link io.mayastor.engine.nvme.Status#HOST_PATHING_ERROR} never left
 * this host. One that ends with {@link io.mayastor.engine.nvme.Status#ABORTED_BY_HOST} was sent and
 * lost its answer: <b>a write among them may have been applied, and may still be applied later</b>,
 * until the controller is known to have dropped the association. Nothing here repeats a command.
 */
package io.mayastor.engine.initiator;
