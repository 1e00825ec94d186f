/** How the command line writes and reads values: tables, sizes, times. No I/O. */
package io.mayastor.cli.text;
