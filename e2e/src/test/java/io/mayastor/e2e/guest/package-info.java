/**
 * Linux machines for tests: a stock kernel under QEMU's emulation, with the tools of an NVMe host.
 * Tests ask for one with {@link io.mayastor.e2e.guest.GuestTest} and run shell scripts in it.
 */
package io.mayastor.e2e.guest;
