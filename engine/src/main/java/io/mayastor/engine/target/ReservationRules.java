package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The transitions of a {@link ReservationState}: what each reservation command of a host does (Base
 * 2.0 §8.19.3 to §8.19.8). Pure functions, any thread.
 *
 * <p>A key is never 0, so a host that is not registered never shows the right key. The generation
 * counts every Register, Preempt and Clear that succeeds, not Acquire and Release.
 */
final class ReservationRules {
    private ReservationRules() {}

    /** A host that is registered may register again with its key, with another it may not. */
    static ReservationChange register(ReservationState state, UUID host, long newKey) {
        if (newKey == 0) {
            return ReservationChange.refused(state, Status.INVALID_FIELD);
        }
        if (state.isRegistered(host)) {
            return state.key(host) == newKey
                    ? ReservationChange.to(state.nextGeneration())
                    : conflict(state);
        }
        return add(state, host, newKey);
    }

    /** With the key ignored, a host that is not registered becomes so. */
    static ReservationChange replace(
            ReservationState state, UUID host, long currentKey, long newKey, boolean ignoreKey) {
        if (newKey == 0) {
            return ReservationChange.refused(state, Status.INVALID_FIELD);
        }
        if (!ignoreKey && !isKey(state, host, currentKey)) {
            return conflict(state);
        }
        return add(state, host, newKey);
    }

    private static ReservationChange add(ReservationState state, UUID host, long key) {
        if (!state.isRegistered(host)
                && state.registrants().size() == ReservationState.MAX_REGISTRANTS) {
            return ReservationChange.refused(state, Status.INTERNAL_ERROR);
        }
        return ReservationChange.to(state.registered(host, key).nextGeneration());
    }

    /** The reservation goes with its holder, or with the last registrant. */
    static ReservationChange unregister(
            ReservationState state, UUID host, long currentKey, boolean ignoreKey) {
        boolean allowed = ignoreKey ? state.isRegistered(host) : isKey(state, host, currentKey);
        if (!allowed) {
            return conflict(state);
        }
        ReservationState next = state.unregistered(Set.of(host));
        return ReservationChange.to(next.nextGeneration(), releaseNotices(state, next, host));
    }

    /** The holder may acquire what it has; nobody acquires what another has. */
    static ReservationChange acquire(
            ReservationState state, UUID host, long currentKey, ReservationType type) {
        if (!isKey(state, host, currentKey)) {
            return conflict(state);
        }
        if (!state.isHeld()) {
            return ReservationChange.to(state.reserved(type, host));
        }
        return state.isHolder(host) && state.type().get() == type
                ? ReservationChange.to(state)
                : conflict(state);
    }

    /**
     * Takes the reservation over when {@code preemptKey} is its holder's, or 0 where all
     * registrants hold it; otherwise only unregisters who has that key.
     */
    static ReservationChange preempt(
            ReservationState state,
            UUID host,
            long currentKey,
            long preemptKey,
            ReservationType type) {
        if (!isKey(state, host, currentKey)) {
            return conflict(state);
        }
        Predicate<ReservationState.Registrant> hasKey =
                registrant -> registrant.key() == preemptKey;
        if (state.isHeld() && state.holder().isEmpty() && preemptKey == 0) {
            return takeOver(state, host, type, registrant -> true);
        }
        if (state.holder().isPresent()) {
            if (preemptKey == 0) {
                return ReservationChange.refused(state, Status.INVALID_FIELD);
            }
            if (state.key(state.holder().get()) == preemptKey) {
                return takeOver(state, host, type, hasKey);
            }
        }
        Set<UUID> losers = hosts(state, hasKey);
        if (losers.isEmpty()) {
            return conflict(state);
        }
        return preempted(state.unregistered(losers), losers, host, Map.of());
    }

    /** The losers are unregistered, the host holds a new reservation. */
    private static ReservationChange takeOver(
            ReservationState state,
            UUID host,
            ReservationType type,
            Predicate<ReservationState.Registrant> loses) {
        Set<UUID> losers = hosts(state, loses.and(other -> !other.hostId().equals(host)));
        ReservationState next = state.released().unregistered(losers).reserved(type, host);
        Map<UUID, ReservationNotice> notices =
                state.type().equals(Optional.of(type))
                        ? Map.of()
                        : tellOthers(next, host, ReservationNotice.RESERVATION_RELEASED);
        return preempted(next, losers, host, notices);
    }

    private static ReservationChange preempted(
            ReservationState next,
            Set<UUID> losers,
            UUID host,
            Map<UUID, ReservationNotice> others) {
        Set<UUID> preempted = new LinkedHashSet<>(losers);
        preempted.remove(host);
        Map<UUID, ReservationNotice> notices = new LinkedHashMap<>(others);
        preempted.forEach(loser -> notices.put(loser, ReservationNotice.REGISTRATION_PREEMPTED));
        return new ReservationChange(Status.SUCCESS, next.nextGeneration(), notices, preempted);
    }

    /** Nothing happens when the host does not hold the reservation, or there is none. */
    static ReservationChange release(
            ReservationState state, UUID host, long currentKey, ReservationType type) {
        if (!isKey(state, host, currentKey)) {
            return conflict(state);
        }
        if (!state.isHolder(host)) {
            return ReservationChange.to(state);
        }
        if (state.type().get() != type) {
            return ReservationChange.refused(state, Status.INVALID_FIELD);
        }
        ReservationState next = state.released();
        return ReservationChange.to(next, releaseNotices(state, next, host));
    }

    /** No reservation and no registrant is left. */
    static ReservationChange clear(ReservationState state, UUID host, long currentKey) {
        if (!isKey(state, host, currentKey)) {
            return conflict(state);
        }
        return ReservationChange.to(
                state.unregistered(hosts(state, registrant -> true)).nextGeneration(),
                tellOthers(state, host, ReservationNotice.RESERVATION_PREEMPTED));
    }

    private static boolean isKey(ReservationState state, UUID host, long key) {
        return key != 0 && state.key(host) == key;
    }

    private static ReservationChange conflict(ReservationState state) {
        return ReservationChange.refused(state, Status.RESERVATION_CONFLICT);
    }

    private static Set<UUID> hosts(
            ReservationState state, Predicate<ReservationState.Registrant> which) {
        Set<UUID> hosts = new LinkedHashSet<>();
        for (ReservationState.Registrant registrant : state.registrants()) {
            if (which.test(registrant)) {
                hosts.add(registrant.hostId());
            }
        }
        return hosts;
    }

    /**
     * Registrants shared the rights of some types only: the end of another type changes nothing for
     * them.
     */
    private static Map<UUID, ReservationNotice> releaseNotices(
            ReservationState before, ReservationState after, UUID host) {
        return before.isHeld() && !after.isHeld() && before.type().get().admitsRegistrants()
                ? tellOthers(after, host, ReservationNotice.RESERVATION_RELEASED)
                : Map.of();
    }

    private static Map<UUID, ReservationNotice> tellOthers(
            ReservationState state, UUID host, ReservationNotice notice) {
        Map<UUID, ReservationNotice> notices = new LinkedHashMap<>();
        for (ReservationState.Registrant registrant : state.registrants()) {
            if (!registrant.hostId().equals(host)) {
                notices.put(registrant.hostId(), notice);
            }
        }
        return notices;
    }
}
