package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.ring.Memory;

/**
 * One request to a replica on its way. Pooled by kind in {@link IoPool}; what happens between
 * {@link #start} and {@link #finish} is the business of the kind. Owner thread: the pool's reactor.
 *
 * <p>Whenever it has looked up where units lie and until it no longer needs to know, it is part of
 * the pool's grace period, so that nobody else gets that space. It is not part of it while it waits
 * for a lock or for space.
 */
abstract class ReplicaIo {
    private static final int NO_TICKET = -1;

    final IoPool pool;
    ReplicaIo next;
    Replica replica;
    BlockIo host;

    /** Byte of the volume where the work goes on, and where it ends. */
    long position;

    long end;

    /** Since when it waits for space, see {@link SpaceQueue}. */
    long awaitsSpaceSince = SpaceQueue.NOT_WAITING;

    private boolean counted;
    private long startedNanos;
    private int ticket = NO_TICKET;
    private int transfers;
    private int transferStatus;

    ReplicaIo(IoPool pool) {
        this.pool = pool;
    }

    /**
     * Takes the request on.
     *
     * @param fromHost false: a part of another request, which is counted as a whole
     */
    final void begin(Replica of, BlockIo request, boolean fromHost) {
        counted = fromHost;
        replica = of;
        host = request;
        position = request.startBlock << of.blockShift();
        end = position + (request.blocks << of.blockShift());
        startedNanos = pool.reactor.nowNanos();
        of.entered();
        start();
    }

    /** The request has been admitted. */
    protected abstract void start();

    /** Writes of the replica, which were held, go on. */
    protected void resume() {
        throw new IllegalStateException("only changes are held");
    }

    /** There may be space now. */
    protected void retrySpace() {
        throw new IllegalStateException("only changes need space");
    }

    /**
     * All transfers have ended.
     *
     * @param status of the first that failed, else 0
     */
    protected abstract void transfersDone(int status);

    /** Goes back to the pool, ready for the next request. */
    protected abstract void recycle();

    final Layer layer() {
        return replica.layer();
    }

    final void enterGrace() {
        if (ticket == NO_TICKET) {
            ticket = pool.grace.enter();
        }
    }

    final void leaveGrace() {
        if (ticket != NO_TICKET) {
            int left = ticket;
            ticket = NO_TICKET;
            pool.grace.leave(left);
        }
    }

    /** Between this and {@link #endTransfers} any number of transfers may be submitted. */
    final void beginTransfers() {
        transfers = 1;
        transferStatus = Status.SUCCESS;
    }

    final void transfer(
            Operation operation, long spot, long address, long lengthBytes, boolean force) {
        Transfer transfer = pool.takeTransfer();
        transfer.owner = this;
        transfer.io.operation = operation;
        transfer.io.address = address;
        transfer.io.blocks = lengthBytes >>> replica.blockShift();
        transfer.io.forceUnitAccess = force;
        transfers++;
        pool.disks.submit(transfer.io, UnitMap.cluster(spot), UnitMap.offsetInCluster(spot));
    }

    /**
     * Submits the transfers between memory and the bytes of the volume from {@code from} to {@code
     * to}, one for each run of units that lie behind each other. What reads zeros is filled in at
     * once; a write must find all of it.
     */
    final void transferRuns(Operation operation, long from, long to, long address, boolean force) {
        long runSpot = UnitMap.HOLE;
        long runStart = from;
        long at = from;
        while (at < to) {
            long unit = at >>> UnitMap.UNIT_SHIFT;
            long last = to - 1 >>> UnitMap.UNIT_SHIFT;
            long spot = pool.map.find(layer(), unit, last - unit + 1);
            long following = Math.min(to, unit + pool.map.units() << UnitMap.UNIT_SHIFT);
            if (spot != UnitMap.HOLE) {
                spot += at - (unit << UnitMap.UNIT_SHIFT);
            }
            if (!continues(runSpot, at - runStart, spot)) {
                transferRun(operation, runSpot, address + (runStart - from), at - runStart, force);
                runSpot = spot;
                runStart = at;
            }
            at = following;
        }
        transferRun(operation, runSpot, address + (runStart - from), to - runStart, force);
    }

    private static boolean continues(long spot, long bytes, long following) {
        if (spot == UnitMap.HOLE || following == UnitMap.HOLE) {
            return spot == following;
        }
        return spot + bytes == following && UnitMap.cluster(spot) == UnitMap.cluster(following);
    }

    private void transferRun(
            Operation operation, long spot, long address, long bytes, boolean force) {
        if (spot != UnitMap.HOLE) {
            transfer(operation, spot, address, bytes, force);
        } else if (operation == Operation.READ) {
            Memory.zero(address, bytes);
        } else if (bytes > 0) {
            throw new IllegalStateException(
                    "replica %s has no place for a write".formatted(replica.name()));
        }
    }

    final void endTransfers() {
        transferEnded(Status.SUCCESS);
    }

    final void transferEnded(int status) {
        if (status != Status.SUCCESS && transferStatus == Status.SUCCESS) {
            transferStatus = status;
        }
        if (--transfers == 0) {
            transfersDone(transferStatus);
        }
    }

    /** Ends the request; nothing of it is touched afterwards. */
    final void finish(int status) {
        leaveGrace();
        awaitsSpaceSince = SpaceQueue.NOT_WAITING;
        Replica of = replica;
        BlockIo request = host;
        replica = null;
        host = null;
        if (counted) {
            of.count(request, status, startedNanos);
        }
        recycle();
        request.complete(status);
        of.left();
    }
}
