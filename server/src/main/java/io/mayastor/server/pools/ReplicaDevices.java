package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.server.node.Shares;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.UUID;

/**
 * Replicas, clones and snapshots as devices of this node that others find and share. Any thread.
 */
final class ReplicaDevices {
    private static final System.Logger LOG = System.getLogger(NodePools.class.getPackageName());

    private final DeviceRegistry devices;
    private final Shares shares;

    ReplicaDevices(DeviceRegistry devices, Shares shares) {
        this.devices = devices;
        this.shares = shares;
    }

    void add(BlockDevice device) {
        devices.add(device);
    }

    void requireFree(String name, UUID uuid) {
        if (devices.find(name).isPresent()) {
            throw new PoolException(
                    Kind.ALREADY_EXISTS, "name: there is a device %s already".formatted(name));
        }
        if (devices.find(uuid).isPresent()) {
            throw new PoolException(
                    Kind.ALREADY_EXISTS, "uuid: there is a device %s already".formatted(uuid));
        }
    }

    /** Makes the device known, and shares it again when it was shared. */
    void offer(OpenPool pool, Replica replica) {
        try {
            devices.add(replica);
            ReplicaInfo info = pool.replica(replica.uuid());
            if (info.shared()) {
                Answers.await(shares.share(replica.name(), Set.copyOf(info.allowedHosts())));
            }
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "replica %s of pool %s is not offered".formatted(replica.name(), pool.name()),
                    e);
        }
    }

    /** Nobody but the target has it; before anything of it is taken back. */
    void requireUnused(Replica replica) {
        devices.find(replica.uuid())
                .filter(DeviceInfo::claimed)
                .map(DeviceInfo::claimedBy)
                .filter(claimant -> !claimant.equals(Shares.CLAIMANT))
                .ifPresent(claimant -> {
                    throw new PoolException(
                            Kind.PRECONDITION,
                            "replica %s is in use by %s".formatted(replica.name(), claimant));
                });
    }

    void withdraw(Replica replica) {
        Answers.await(shares.unshare(replica.name()));
        if (devices.find(replica.uuid()).filter(each -> each.device() == replica).isPresent()) {
            try {
                devices.remove(replica);
            } catch (DeviceException e) {
                throw new PoolException(Kind.BUSY, e.getMessage(), e);
            }
        }
    }
}
