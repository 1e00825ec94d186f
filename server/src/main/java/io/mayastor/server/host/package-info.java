/**
 * What this node is made of besides the engine: its block devices, as the kernel and udev describe
 * them, and what the process has used. Reads files of {@code /sys}, {@code /proc} and {@code
 * /run/udev}; changes nothing.
 */
package io.mayastor.server.host;
