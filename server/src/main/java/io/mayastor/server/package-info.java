/**
 * One node's process around the engine: settings in, gRPC, metrics and health out. Management runs
 * on virtual threads that ask a reactor and wait; nothing here is on the I/O path.
 */
package io.mayastor.server;
