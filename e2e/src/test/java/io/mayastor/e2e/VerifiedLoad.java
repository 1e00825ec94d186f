package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.ScriptResult;
import java.util.concurrent.CompletableFuture;

/** fio on a device that a host has connected: writes checksums and reads them back until told. */
final class VerifiedLoad {
    private final Guest host;
    private final String nqn;
    private final CompletableFuture<ScriptResult> script;

    private VerifiedLoad(Guest host, String nqn, CompletableFuture<ScriptResult> script) {
        this.host = host;
        this.nqn = nqn;
        this.script = script;
    }

    static VerifiedLoad start(Guest host, String nqn) {
        return new VerifiedLoad(
                host,
                nqn,
                host.start(
                        "touch /tmp/loaded; while [ -e /tmp/loaded ]; do verify $(nvme_device %s) 4m; done"
                                .formatted(nqn)));
    }

    /** Waits until it has gone on. */
    void awaitProgress() {
        host.run(
                """
                device=$(nvme_device '%s')
                before=$(completed $device)
                more() { [ $(completed $device) -gt $((before + 100)) ]; }
                wait_for 60 more
                """
                        .formatted(nqn));
    }

    /** Fails when a request failed or read what was not written. */
    void endsWell() {
        host.run("rm /tmp/loaded");
        host.await(script).expectSuccess();
    }
}
