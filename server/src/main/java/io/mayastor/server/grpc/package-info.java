/**
 * The gRPC services of a node: requests in, calls of {@link io.mayastor.server.node} and answers
 * out. Handlers are plain blocking code, one virtual thread per call; a failure leaves as a status
 * code with one line that says what to do.
 */
package io.mayastor.server.grpc;
