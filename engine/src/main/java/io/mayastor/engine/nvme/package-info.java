/**
 * NVMe wire formats: PDUs of NVMe/TCP, submission and completion entries, Fabrics commands,
 * identify data, log pages, features, reservations and status codes.
 *
 * <p>Bytes enter and typed fields leave, or the other way round. Nothing here does I/O, keeps state
 * between calls or knows a thread. Structures of the I/O path are classes of static accessors over
 * {@code (memory, base)} which allocate nothing; rare administrative structures are records with
 * {@code decode} and {@code encode}.
 *
 * <p>Sections refer to NVM Express Base 2.0, NVM Command Set 1.0, and NVMe/TCP Transport 1.0 unless
 * said otherwise.
 */
package io.mayastor.engine.nvme;
