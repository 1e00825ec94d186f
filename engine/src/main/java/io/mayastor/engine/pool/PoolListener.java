package io.mayastor.engine.pool;

/** Told of replicas whose device is there or goes, on a management thread, in order. */
public interface PoolListener {
    /** The device takes I/O; persisted sharing is to be taken up again. */
    void opened(ReplicaInfo replica);

    /** Completes when nobody uses the device any more; it closes then. */
    java.util.concurrent.CompletableFuture<Void> closing(ReplicaInfo replica);

    /** The pool's state or a disk's changed; for logs and events. */
    void changed(PoolInfo pool);
}
