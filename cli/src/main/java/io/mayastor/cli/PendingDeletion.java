package io.mayastor.cli;

import io.mayastor.api.ext.v1.GetPoolDetailsRequest;
import io.mayastor.api.ext.v1.StoragePoolRpcGrpc;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.ProgressBar;
import java.util.concurrent.TimeUnit;

/** Waits until a pool has given back all that deleted replicas and snapshots held. */
final class PendingDeletion {
    private static final long POLL_MILLIS = 200;

    private PendingDeletion() {}

    static void await(ClientOptions client, Connection connection, String pool) {
        GetPoolDetailsRequest request = GetPoolDetailsRequest.newBuilder().setName(pool).build();
        long most = 0;
        try (ProgressBar bar = client.progress("deleting")) {
            while (true) {
                long pending =
                        connection
                                .call(
                                        StoragePoolRpcGrpc::newBlockingStub,
                                        stub -> stub.getPoolDetails(request))
                                .getPendingDeletionBytes();
                if (pending == 0) {
                    return;
                }
                most = Math.max(most, pending);
                bar.show(most - pending, most);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
