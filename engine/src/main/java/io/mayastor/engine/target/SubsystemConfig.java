package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Nqn;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a subsystem is made of; values are checked here.
 *
 * @param nqn name of the subsystem
 * @param serialNumber up to 20 ASCII characters
 * @param modelNumber up to 40 ASCII characters
 * @param device behind namespace 1; its reactor owns the subsystem
 * @param namespaceUuid UUID and NGUID of the namespace
 * @param allowedHosts host NQNs that may connect; empty: any
 * @param minControllerId 1…65519
 * @param maxControllerId {@code minControllerId}…65519
 * @param ana whether ANA is reported, and with which state it starts
 * @param reservations where they are kept
 */
public record SubsystemConfig(
        String nqn,
        String serialNumber,
        String modelNumber,
        BlockDevice device,
        UUID namespaceUuid,
        Set<String> allowedHosts,
        int minControllerId,
        int maxControllerId,
        AnaState ana,
        ReservationStore reservations) {
    public static final String MODEL = "Mayastor NVMe controller";
    public static final int MAX_CONTROLLER_ID = 0xffef;

    public SubsystemConfig {
        Optional<String> problem = Nqn.problem(nqn);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
        requireControllerIds(minControllerId, maxControllerId);
        requireHostNames(allowedHosts);
        allowedHosts = Set.copyOf(allowedHosts);
    }

    /**
     * @throws IllegalArgumentException when this is no range of controller ids
     */
    static void requireControllerIds(int first, int last) {
        if (first < 1 || last < first || last > MAX_CONTROLLER_ID) {
            throw new IllegalArgumentException(
                    "controller ids must be 1 <= minimum <= maximum <= %d: %d…%d"
                            .formatted(MAX_CONTROLLER_ID, first, last));
        }
    }

    /**
     * @throws IllegalArgumentException when one of the allowed hosts is no NQN
     */
    static void requireHostNames(Set<String> allowedHosts) {
        for (String host : allowedHosts) {
            Optional<String> wrong = Nqn.problem(host);
            if (wrong.isPresent()) {
                throw new IllegalArgumentException("allowed host: " + wrong.get());
            }
        }
    }
}
