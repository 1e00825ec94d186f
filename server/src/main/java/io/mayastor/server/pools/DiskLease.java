package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.reactor.Reactor;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * A disk's device while a pool has it: opened when it was not there yet, and claimed. Management
 * threads.
 *
 * @param uri as the caller gave it, without the parameters that are for the pool
 * @param opened whether it was opened for the pool and is closed with it
 * @param wipe whether the caller allows to overwrite what it carries
 * @param takeover whether the caller allows to take it from the node that has it marked
 */
record DiskLease(
        DeviceRegistry devices,
        String claimant,
        String uri,
        BlockDevice device,
        boolean opened,
        boolean wipe,
        boolean takeover) {
    private static final System.Logger LOG = System.getLogger(DiskLease.class.getPackageName());

    /** Opens and claims the disks of a pool, all on one reactor; all or none. */
    static List<DiskLease> take(
            DeviceRegistry devices, String claimant, List<String> uris, Reactor reactor) {
        List<DiskLease> leases = new ArrayList<>();
        try {
            for (String uri : uris) {
                leases.add(take(devices, claimant, PoolDiskUri.parse(uri), reactor));
            }
            return leases;
        } catch (RuntimeException e) {
            leases.forEach(DiskLease::giveBack);
            throw e;
        }
    }

    static DiskLease take(
            DeviceRegistry devices, String claimant, PoolDiskUri disk, Reactor reactor) {
        Optional<DeviceInfo> known = devices.find(disk.uri());
        BlockDevice device = known.map(DeviceInfo::device).orElse(null);
        if (device == null) {
            device = open(devices, disk.uri(), reactor);
        }
        DiskLease lease =
                new DiskLease(
                        devices,
                        claimant,
                        disk.uri(),
                        device,
                        known.isEmpty(),
                        disk.wipe(),
                        disk.takeover());
        try {
            if (device.reactor() != reactor) {
                throw new PoolException(
                        PoolException.Kind.PRECONDITION,
                        "disk %s is open on another reactor: destroy the device and let the pool open it"
                                .formatted(disk.uri()));
            }
            devices.claim(device.name(), claimant);
            return lease;
        } catch (DeviceException e) {
            lease.closeIfOpened();
            throw new PoolException(PoolException.Kind.DISK_IN_USE, e.getMessage(), e);
        } catch (PoolException e) {
            lease.closeIfOpened();
            throw e;
        }
    }

    private static BlockDevice open(DeviceRegistry devices, String uri, Reactor reactor) {
        try {
            return devices.create(uri, reactor).join();
        } catch (CompletionException e) {
            DeviceException reason = DeviceException.of(e);
            throw new PoolException(kindOf(reason), reason.getMessage(), reason);
        }
    }

    private static PoolException.Kind kindOf(DeviceException reason) {
        return switch (reason.kind()) {
            case INVALID_ARGUMENT, NOT_FOUND -> PoolException.Kind.INVALID;
            case ALREADY_EXISTS, BUSY -> PoolException.Kind.DISK_IN_USE;
            case UNAVAILABLE, IO -> PoolException.Kind.IO;
        };
    }

    /** Ends the claim; closes the device when it was opened for the pool. */
    void giveBack() {
        devices.release(device.name(), claimant);
        closeIfOpened();
    }

    /** A device that can not be closed is in the log, and keeps no other from being given back. */
    private void closeIfOpened() {
        if (!opened) {
            return;
        }
        try {
            devices.destroy(device.name()).join();
        } catch (CompletionException e) {
            LOG.log(Level.ERROR, "disk " + uri + " of " + claimant + " was not closed", e);
        }
    }

    /** Which reactor a pool on these disks must use: that of a device that is open already. */
    static Optional<Reactor> reactorOf(DeviceRegistry devices, List<String> uris) {
        return uris.stream()
                .map(uri -> devices.find(DeviceUri.parse(PoolDiskUri.parse(uri).uri()).text()))
                .flatMap(Optional::stream)
                .map(info -> info.device().reactor())
                .findFirst();
    }
}
