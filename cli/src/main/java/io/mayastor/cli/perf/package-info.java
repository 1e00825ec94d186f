/**
 * The load generator: our own initiator reads and writes a remote namespace and measures.
 *
 * <p>Enters: a URI and a {@link io.mayastor.cli.perf.Workload}. Leaves: a {@link
 * io.mayastor.cli.perf.Report}. One worker per connection runs on a reactor; the command's thread
 * waits and shows the state.
 */
package io.mayastor.cli.perf;
