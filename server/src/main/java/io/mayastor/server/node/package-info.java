/**
 * One node's process: puts reactors, devices, target, gRPC, metrics and health together from a
 * {@link io.mayastor.server.config.NodeConfig}, and takes them down in order.
 */
package io.mayastor.server.node;
