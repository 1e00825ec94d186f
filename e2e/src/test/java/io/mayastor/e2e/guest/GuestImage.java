package io.mayastor.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mayastor.e2e.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What QEMU boots, made by {@code e2e/guest/prepare} and kept in the user's cache. */
record GuestImage(Path kernel, Path initrd) {
    /** Exit status of the script when this machine has no means to make one. */
    private static final int IMPOSSIBLE = 3;

    /** This machine can not make a guest; the message says why. */
    static final class ImpossibleException extends Exception {
        private static final long serialVersionUID = 1;

        ImpossibleException(String message) {
            super(message);
        }
    }

    /** Fetches kernel and tools the first time, which takes about 20 s. */
    static GuestImage prepare(GuestKernel kernel) throws ImpossibleException {
        String directory = prepare(kernel.suite());
        return new GuestImage(Path.of(directory, "vmlinuz"), Path.of(directory, "initrd"));
    }

    /** A disk with the programs of PostgreSQL, which are fetched the first time. */
    static Path preparePostgresql() throws ImpossibleException {
        return Path.of(prepare("postgresql"));
    }

    private static String prepare(String what) throws ImpossibleException {
        try {
            Path log = Files.createTempFile("guest-prepare", ".log");
            Process script =
                    new ProcessBuilder(
                                    Repository.ROOT.resolve("e2e/guest/prepare").toString(), what)
                            .redirectError(log.toFile())
                            .start();
            String result = new String(script.getInputStream().readAllBytes(), UTF_8).strip();
            int status = script.waitFor();
            String said = Files.readString(log);
            Files.delete(log);
            if (status == IMPOSSIBLE) {
                throw new ImpossibleException(said.strip());
            }
            if (status != 0) {
                throw new IllegalStateException("e2e/guest/prepare failed:\n" + said);
            }
            return result;
        } catch (IOException e) {
            throw new ImpossibleException("e2e/guest/prepare can not run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
