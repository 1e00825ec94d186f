/**
 * The whole program against real peers: an engine as a process of its own, and Linux hosts and
 * targets in virtual machines.
 */
package io.mayastor.e2e;
