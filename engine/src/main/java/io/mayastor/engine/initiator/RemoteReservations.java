package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * Reservations of one namespace of a controller (Base 2.0 §8.19), for management threads. Any
 * thread; a refusal fails the future with a {@link ControllerException} that carries the status.
 */
public final class RemoteReservations {
    /** Room for 60 registrants of the extended report. */
    private static final int REPORT_BYTES = 4096;

    /**
     * What registering asks of the target for the time after a power loss (CPTPL, Base 2.0 §8.19).
     */
    public enum Persistence {
        /** As the namespace is set now; any target takes that. */
        UNCHANGED(ReservationCommand.PERSISTENCE_KEEP),
        /** Registrations and reservation are lost. */
        LOST(ReservationCommand.PERSISTENCE_CLEAR),
        /** They outlive it; refused by a target that has no place to keep them. */
        KEPT(ReservationCommand.PERSISTENCE_SET);

        private final int code;

        Persistence(int code) {
            this.code = code;
        }
    }

    private final ControllerCommands commands;
    private final int namespaceId;
    private final Persistence persistence;

    /**
     * @param persistence what {@link #register} and {@link #replaceKey} ask for
     */
    public RemoteReservations(Controller controller, int namespaceId, Persistence persistence) {
        this.commands = new ControllerCommands(controller);
        this.namespaceId = namespaceId;
        this.persistence = persistence;
    }

    /** Registers this host with a key. */
    public CompletableFuture<Void> register(long key) {
        return register(ReservationCommand.REGISTER, false, persistence, 0, key);
    }

    /** Replaces this host's key, whatever it is. */
    public CompletableFuture<Void> replaceKey(long key) {
        return register(ReservationCommand.REPLACE, true, persistence, 0, key);
    }

    /** Ends this host's registration, and its reservation. */
    public CompletableFuture<Void> unregister(long key) {
        return register(ReservationCommand.UNREGISTER, false, Persistence.UNCHANGED, key, 0);
    }

    private CompletableFuture<Void> register(
            int action, boolean ignoreKey, Persistence asked, long currentKey, long newKey) {
        return commands.ioWriting(
                        "Reservation Register",
                        entry ->
                                ReservationCommand.encodeRegister(
                                        entry, 0, 0, namespaceId, action, ignoreKey, asked.code),
                        twoKeys(currentKey, newKey))
                .thenAccept(reply -> {});
    }

    public CompletableFuture<Void> acquire(long key, ReservationType type) {
        return acquire(ReservationCommand.ACQUIRE, key, 0, type);
    }

    /** Takes the reservation from the holder of another key and ends that registration. */
    public CompletableFuture<Void> preempt(long key, long preemptedKey, ReservationType type) {
        return acquire(ReservationCommand.PREEMPT, key, preemptedKey, type);
    }

    /** As {@link #preempt}, and commands of the other host in flight are aborted. */
    public CompletableFuture<Void> preemptAndAbort(
            long key, long preemptedKey, ReservationType type) {
        return acquire(ReservationCommand.PREEMPT_AND_ABORT, key, preemptedKey, type);
    }

    private CompletableFuture<Void> acquire(
            int action, long key, long preemptedKey, ReservationType type) {
        return commands.ioWriting(
                        "Reservation Acquire",
                        entry ->
                                ReservationCommand.encodeAcquire(
                                        entry, 0, 0, namespaceId, action, type),
                        twoKeys(key, preemptedKey))
                .thenAccept(reply -> {});
    }

    /** Gives the reservation up. */
    public CompletableFuture<Void> release(long key, ReservationType type) {
        return release(ReservationCommand.RELEASE, key, type);
    }

    /** Ends the reservation and every registration. */
    public CompletableFuture<Void> clear(long key, ReservationType type) {
        return release(ReservationCommand.CLEAR, key, type);
    }

    private CompletableFuture<Void> release(int action, long key, ReservationType type) {
        byte[] data = new byte[ReservationCommand.ONE_KEY_LENGTH];
        ReservationCommand.encodeKey(MemorySegment.ofArray(data), 0, key);
        return commands.ioWriting(
                        "Reservation Release",
                        entry ->
                                ReservationCommand.encodeRelease(
                                        entry, 0, 0, namespaceId, action, type),
                        data)
                .thenAccept(reply -> {});
    }

    public CompletableFuture<ReservationReport> report() {
        return commands.ioReading(
                        "Reservation Report",
                        entry ->
                                ReservationCommand.encodeReport(
                                        entry, 0, 0, namespaceId, true, REPORT_BYTES),
                        REPORT_BYTES)
                .thenApply(reply ->
                        ReservationReport.decodeExtended(MemorySegment.ofArray(reply.data()), 0));
    }

    private static byte[] twoKeys(long currentKey, long secondKey) {
        byte[] data = new byte[ReservationCommand.TWO_KEYS_LENGTH];
        ReservationCommand.encodeKeys(MemorySegment.ofArray(data), 0, currentKey, secondKey);
        return data;
    }
}
