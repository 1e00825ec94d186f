/** Figures of pools that need no host: opening, memory, deletion, depth of chains. */
package io.mayastor.bench.pool;
