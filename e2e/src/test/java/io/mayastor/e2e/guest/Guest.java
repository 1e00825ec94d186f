package io.mayastor.e2e.guest;

import io.mayastor.e2e.FreePort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running Linux machine. In it 10.0.2.2 is the 127.0.0.1 of the machine that runs the tests, and
 * scripts find the words of {@code e2e/guest/lib.sh}. It is emulated: about 4 000 I/Os per second.
 */
public final class Guest implements AutoCloseable {
    /** What the host can be reached by from inside. */
    public static final String HOST = "10.0.2.2";

    /** NVMe/TCP port of the guest's own target, reached from here through {@link #targetPort}. */
    public static final int TARGET_PORT = 4420;

    private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    private static final Duration SCRIPT_LIMIT = Duration.ofMinutes(3);

    /** About one boot in forty dies in the emulated kernel before anything of ours runs. */
    private static final int BOOT_ATTEMPTS = 3;

    private final QemuProcess qemu;
    private final int targetPort;
    private final KernelLog kernelLog = new KernelLog(this);

    private Guest(QemuProcess qemu, int targetPort) {
        this.qemu = qemu;
        this.targetPort = targetPort;
    }

    /**
     * Boots a machine.
     *
     * @param moreArguments for QEMU, such as a disk
     */
    public static Guest boot(GuestKernel kernel, String... moreArguments) throws IOException {
        try {
            return boot(GuestImage.prepare(kernel), List.of(moreArguments));
        } catch (GuestImage.ImpossibleException e) {
            throw new IOException("no guest with " + kernel + ": " + e.getMessage(), e);
        }
    }

    /**
     * Boots a machine in which scripts can use the words of {@code e2e/guest/lib.sh} that concern
     * PostgreSQL.
     */
    public static Guest bootWithPostgresql(GuestKernel kernel) throws IOException {
        try {
            return boot(
                    kernel,
                    "-drive",
                    "id=postgresql,if=none,format=raw,snapshot=on,file="
                            + GuestImage.preparePostgresql(),
                    "-device",
                    "virtio-blk-pci,drive=postgresql,serial=postgresql");
        } catch (GuestImage.ImpossibleException e) {
            throw new IOException("no guest with PostgreSQL: " + e.getMessage(), e);
        }
    }

    private static Guest boot(GuestImage image, List<String> moreArguments) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int targetPort = FreePort.find();
            QemuProcess qemu = QemuProcess.start(image, targetPort, moreArguments);
            Guest guest = new Guest(qemu, targetPort);
            try {
                guest.await(guest.start("uname -r"), BOOT_LIMIT).expectSuccess();
                guest.kernelLog.clear();
                return guest;
            } catch (AssertionError e) {
                guest.close();
                if (attempt == BOOT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Runs a shell script that must succeed, every command of it, and returns what it printed. */
    public String run(String script) {
        return tryToRun(script).expectSuccess();
    }

    /** Runs a shell script that may fail. */
    public ScriptResult tryToRun(String script) {
        return await(start(script), SCRIPT_LIMIT);
    }

    /** Starts a shell script beside those that run already. */
    public CompletableFuture<ScriptResult> start(String script) {
        return qemu.agent().start(script);
    }

    /** Waits for a script that {@link #start} started. */
    public ScriptResult await(CompletableFuture<ScriptResult> script) {
        return await(script, SCRIPT_LIMIT);
    }

    private ScriptResult await(CompletableFuture<ScriptResult> script, Duration limit) {
        try {
            return script.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(
                    "no answer from the guest; its console:\n" + qemu.console(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the guest worked", e);
        }
    }

    /** Port of 127.0.0.1 here that leads to {@link #TARGET_PORT} of the guest. */
    public int targetPort() {
        return targetPort;
    }

    public KernelLog kernelLog() {
        return kernelLog;
    }

    /** Ends what a test may have left: mounts, connections, packet filters. */
    void tidy() {
        run(
                """
                while grep -q ' /mnt ' /proc/mounts; do umount -l /mnt; done
                mend 2>/dev/null || true
                nvme disconnect-all
                nft flush ruleset
                """);
    }

    /** As a power cut: nothing in the machine gets to do anything more. */
    @Override
    public void close() throws IOException {
        qemu.close();
    }
}
