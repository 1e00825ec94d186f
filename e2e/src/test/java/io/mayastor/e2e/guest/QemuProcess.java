package io.mayastor.e2e.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The emulator of one guest, with its console in a file and the line to its agent. */
final class QemuProcess implements AutoCloseable {
    static final String PROGRAM = "qemu-system-x86_64";

    /** With a steady tick: the emulation loses a one-shot timer now and then, for half a minute. */
    private static final String KERNEL_COMMAND_LINE =
            "console=ttyS0 loglevel=4 panic=-1 mitigations=off tsc=reliable no_timer_check"
                    + " nohz=off highres=off nowatchdog random.trust_cpu=on";

    private static final long SOCKET_SECONDS = 20;

    private final Path directory;
    private final Process process;
    private final Agent agent;

    private QemuProcess(Path directory, Process process, Agent agent) {
        this.directory = directory;
        this.process = process;
        this.agent = agent;
    }

    static QemuProcess start(GuestImage image, int targetPort, List<String> moreArguments)
            throws IOException {
        Path directory = Files.createTempDirectory("guest");
        Path socket = directory.resolve("agent");
        Process process =
                new ProcessBuilder(command(image, socket, targetPort, moreArguments))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("console").toFile())
                        .start();
        // a test run that is killed must not leave the machine running
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new QemuProcess(directory, process, connect(socket, process, directory));
    }

    private static List<String> command(
            GuestImage image, Path socket, int targetPort, List<String> moreArguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                PROGRAM,
                                "-machine",
                                "pc",
                                "-accel",
                                "tcg,thread=multi",
                                // QEMU 7.2 emulates cmpxchg16b wrongly, and the kernel crashes
                                "-cpu",
                                "Nehalem,-cx16",
                                "-smp",
                                "2",
                                "-m",
                                "768"));
        command.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot"));
        command.addAll(List.of("-display", "none", "-serial", "stdio"));
        command.addAll(List.of("-kernel", image.kernel().toString()));
        command.addAll(List.of("-initrd", image.initrd().toString()));
        command.addAll(List.of("-append", KERNEL_COMMAND_LINE));
        command.addAll(List.of("-device", "virtio-rng-pci"));
        command.addAll(
                List.of(
                        "-netdev",
                        "user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:"
                                + targetPort
                                + "-:"
                                + Guest.TARGET_PORT));
        command.addAll(List.of("-device", "virtio-net-pci,netdev=net,romfile="));
        command.addAll(List.of("-chardev", "socket,id=agent,server=on,wait=off,path=" + socket));
        command.addAll(List.of("-device", "virtio-serial-pci"));
        command.addAll(List.of("-device", "virtserialport,chardev=agent,name=agent"));
        command.addAll(moreArguments);
        return command;
    }

    private static Agent connect(Path socket, Process process, Path directory) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOCKET_SECONDS);
        while (true) {
            try {
                return new Agent(socket);
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IOException(
                            PROGRAM + " did not start:\n" + readConsole(directory), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    Agent agent() {
        return agent;
    }

    /** The last lines on the guest's console. */
    String console() {
        return readConsole(directory);
    }

    private static String readConsole(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("console"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return "no console: " + e;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        agent.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
