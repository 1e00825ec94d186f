/**
 * Log lines of the process: everything that logs through {@link java.lang.System.Logger} or {@code
 * java.util.logging}, Netty and gRPC included, leaves through one handler in one format.
 */
package io.mayastor.server.logging;
