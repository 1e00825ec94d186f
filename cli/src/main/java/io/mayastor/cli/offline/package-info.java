/** Pools on disks that no engine has open: finds, reads and pictures them. Writes nothing. */
package io.mayastor.cli.offline;
