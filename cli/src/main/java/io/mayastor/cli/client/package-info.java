/**
 * Calls to an engine: where it is, the connection, and how its answers are shown. Failures become
 * one line and an exit code in {@link io.mayastor.cli.client.Failures}.
 */
package io.mayastor.cli.client;
