package io.mayastor.engine.target;

import io.mayastor.engine.nvme.GlobalIdentifier;
import io.mayastor.engine.nvme.ReservationType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Registrants and reservation of a namespace at one moment (Base 2.0 §8.19): what a {@link
 * ReservationStore} keeps. Immutable, any thread; which state may follow which: {@link
 * ReservationRules}.
 *
 * @param generation counts changes of the registrants; 32 bits, unsigned
 * @param persists whether all this outlives a restart (PTPL)
 * @param type of the reservation that is held; none: no reservation
 * @param holder the host that holds it; empty where every registrant holds it
 * @param registrants in the order of their registration, at most {@link #MAX_REGISTRANTS}
 */
public record ReservationState(
        int generation,
        boolean persists,
        Optional<ReservationType> type,
        Optional<UUID> holder,
        List<Registrant> registrants) {
    public static final int MAX_REGISTRANTS = 64;

    /** Nobody is registered, nothing is to be kept. */
    public static final ReservationState EMPTY =
            new ReservationState(0, false, Optional.empty(), Optional.empty(), List.of());

    /**
     * A registered host.
     *
     * @param hostId 128-bit host identifier, not zero
     * @param key not zero; several hosts may have the same
     */
    public record Registrant(UUID hostId, long key) {
        public Registrant {
            if (hostId.equals(GlobalIdentifier.NONE)) {
                throw new IllegalArgumentException("a registrant without a host identifier");
            }
            if (key == 0) {
                throw new IllegalArgumentException("host " + hostId + " is registered with key 0");
            }
        }
    }

    public ReservationState {
        registrants = List.copyOf(registrants);
        if (registrants.size() > MAX_REGISTRANTS) {
            throw new IllegalArgumentException(
                    "%d registrants, at most %d are allowed"
                            .formatted(registrants.size(), MAX_REGISTRANTS));
        }
        Set<UUID> hosts = new HashSet<>();
        for (Registrant registrant : registrants) {
            if (!hosts.add(registrant.hostId())) {
                throw new IllegalArgumentException(
                        "host " + registrant.hostId() + " is registered twice");
            }
        }
        boolean held = type.isPresent();
        boolean oneHolds = held && !type.get().allRegistrantsHold();
        if (oneHolds != holder.isPresent()
                || (oneHolds && !hosts.contains(holder.get()))
                || (held && registrants.isEmpty())) {
            throw new IllegalArgumentException(
                    "reservation type %s can not be held by %s of %d registrants"
                            .formatted(type, holder, registrants.size()));
        }
    }

    /** Whether a reservation is held. */
    public boolean isHeld() {
        return type.isPresent();
    }

    public boolean isRegistered(UUID hostId) {
        return key(hostId) != 0;
    }

    /** Key of a host; 0 when it is not registered. */
    public long key(UUID hostId) {
        for (Registrant registrant : registrants) {
            if (registrant.hostId().equals(hostId)) {
                return registrant.key();
            }
        }
        return 0;
    }

    /** Whether the host holds the reservation, alone or with every other registrant. */
    public boolean isHolder(UUID hostId) {
        if (type.isEmpty()) {
            return false;
        }
        return type.get().allRegistrantsHold()
                ? isRegistered(hostId)
                : hostId.equals(holder.orElseThrow());
    }

    /** Whether commands of the read group are allowed (NVM Command Set 1.0 §5.7). */
    public boolean permitsReads(UUID hostId) {
        return type.isEmpty() || type.get().allowsForeignReads() || hasFullAccess(hostId);
    }

    /** Whether commands of the write group are allowed (NVM Command Set 1.0 §5.7). */
    public boolean permitsWrites(UUID hostId) {
        return type.isEmpty() || hasFullAccess(hostId);
    }

    private boolean hasFullAccess(UUID hostId) {
        return isHolder(hostId) || (type.get().admitsRegistrants() && isRegistered(hostId));
    }

    /** What a restart leaves of this. */
    ReservationState kept() {
        return persists ? this : EMPTY;
    }

    ReservationState withPersistence(boolean value) {
        return new ReservationState(generation, value, type, holder, registrants);
    }

    ReservationState nextGeneration() {
        return new ReservationState(generation + 1, persists, type, holder, registrants);
    }

    /** With this key for the host, which keeps its place when it is registered already. */
    ReservationState registered(UUID hostId, long key) {
        List<Registrant> changed = new ArrayList<>(registrants);
        Registrant now = new Registrant(hostId, key);
        if (isRegistered(hostId)) {
            changed.replaceAll(other -> other.hostId().equals(hostId) ? now : other);
        } else {
            changed.add(now);
        }
        return new ReservationState(generation, persists, type, holder, changed);
    }

    /**
     * Without these hosts; the reservation goes with its holder, or with the last of its holders.
     */
    ReservationState unregistered(Set<UUID> hostIds) {
        List<Registrant> left =
                registrants.stream()
                        .filter(registrant -> !hostIds.contains(registrant.hostId()))
                        .toList();
        boolean released = left.isEmpty() || holder.map(hostIds::contains).orElse(false);
        return new ReservationState(
                generation,
                persists,
                released ? Optional.empty() : type,
                released ? Optional.empty() : holder,
                left);
    }

    /** Reserved for a registrant, whatever was reserved before. */
    ReservationState reserved(ReservationType wanted, UUID hostId) {
        return new ReservationState(
                generation,
                persists,
                Optional.of(wanted),
                wanted.allRegistrantsHold() ? Optional.empty() : Optional.of(hostId),
                registrants);
    }

    ReservationState released() {
        return new ReservationState(
                generation, persists, Optional.empty(), Optional.empty(), registrants);
    }
}
