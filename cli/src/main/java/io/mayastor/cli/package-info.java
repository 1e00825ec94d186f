/** The command line: one class per verb, a client of the node's gRPC services. */
package io.mayastor.cli;
