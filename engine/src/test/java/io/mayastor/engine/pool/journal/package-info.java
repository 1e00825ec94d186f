/** How the journal, the synchronisation and the life of space behave, in virtual time. */
package io.mayastor.engine.pool.journal;
