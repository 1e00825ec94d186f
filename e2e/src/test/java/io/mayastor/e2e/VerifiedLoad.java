package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.ScriptResult;
import java.util.concurrent.CompletableFuture;

/** fio on a device that a host has connected: writes checksums and reads them back until told. */
final class VerifiedLoad {
    private final Guest host;
    private final CompletableFuture<ScriptResult> script;

    private VerifiedLoad(Guest host, CompletableFuture<ScriptResult> script) {
        this.host = host;
        this.script = script;
    }

    static VerifiedLoad start(Guest host, String nqn) {
        return new VerifiedLoad(
                host,
                host.start(
                        "touch /tmp/loaded; while [ -e /tmp/loaded ]; do verify $(nvme_device %s) 4m; done"
                                .formatted(nqn)));
    }

    /** Fails when a request failed or read what was not written. */
    void endsWell() {
        host.run("rm /tmp/loaded");
        host.await(script).expectSuccess();
    }
}
