package io.mayastor.e2e;

import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.mayastor.api.ext.v1.AnaState;
import io.mayastor.api.ext.v1.PauseSubsystemRequest;
import io.mayastor.api.ext.v1.ResumeSubsystemRequest;
import io.mayastor.api.ext.v1.SetAnaStateRequest;
import io.mayastor.api.ext.v1.SetControllerIdsRequest;
import io.mayastor.api.ext.v1.Subsystem;
import io.mayastor.api.ext.v1.TargetRpcGrpc;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.BdevShareRequest;
import io.mayastor.api.v1.CreateBdevRequest;
import io.mayastor.api.v1.ShareProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An engine as a person starts it, as a process on 127.0.0.1 with two NVMe/TCP portals. It can be
 * killed and started again under the same ports; what was created in it is gone then, as its
 * clients expect.
 */
public final class EngineProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long CALL_SECONDS = 30;
    private static final int SHOWN_LINES = 40;

    private final List<String> launcher;
    private final List<String> settings;
    private final Path directory;
    private final int grpcPort = FreePort.find();
    private final List<Integer> targetPorts = List.of(FreePort.find(), FreePort.find());
    private final ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
    private Process process;

    private EngineProcess(Path directory, List<String> launcher, List<String> settings)
            throws IOException {
        this.directory = directory;
        this.launcher = launcher;
        this.settings = settings;
    }

    /** Starts an engine with {@code ./mayastor engine}; its state and log go to the directory. */
    public static EngineProcess start(Path directory) throws IOException {
        return start(directory, List.of(Repository.PROGRAM.toString()));
    }

    /** Starts an engine with more settings, such as {@code --storage-pool=PATH}. */
    public static EngineProcess startWith(Path directory, String... settings) throws IOException {
        return start(directory, List.of(Repository.PROGRAM.toString()), List.of(settings));
    }

    /** Starts an engine with a command of the caller's in the place of {@code ./mayastor}. */
    public static EngineProcess start(Path directory, List<String> launcher) throws IOException {
        return start(directory, launcher, List.of());
    }

    private static EngineProcess start(Path directory, List<String> launcher, List<String> settings)
            throws IOException {
        EngineProcess engine = new EngineProcess(directory, launcher, settings);
        engine.start();
        return engine;
    }

    /** Starts the engine again, after {@link #kill}. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add("engine");
        command.addAll(List.of("--node-name", "e2e", "--ip-addr", "127.0.0.1"));
        command.addAll(List.of("--grpc-port", "" + grpcPort, "--metrics-port", "0"));
        command.addAll(
                List.of("--target-port", targetPorts.getFirst() + "," + targetPorts.getLast()));
        command.addAll(List.of("--state-dir", directory.resolve("state").toString()));
        command.addAll(List.of("--run-dir", directory.resolve("run").toString()));
        command.addAll(settings);
        Path log = directory.resolve("engine.log");
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
    }

    /** Ends the process at once, as a crash would. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the engine has said; of a long log the beginning and the end. */
    public String log() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("engine.log"));
            if (lines.size() > 2 * SHOWN_LINES) {
                lines.subList(SHOWN_LINES, lines.size() - SHOWN_LINES).clear();
            }
            return String.join("\n", lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates a device and shares it.
     *
     * @return NQN of its subsystem
     */
    public String share(String uri) {
        String shareUri =
                devices()
                        .share(
                                BdevShareRequest.newBuilder()
                                        .setName(create(uri))
                                        .setProtocol(ShareProtocol.NVMF)
                                        .build())
                        .getBdev()
                        .getShareUri();
        return nqn(shareUri);
    }

    /** The NQN in the URI of a share. */
    static String nqn(String shareUri) {
        int start = shareUri.indexOf("nqn.");
        int end = shareUri.indexOf('?', start);
        return shareUri.substring(start, end < 0 ? shareUri.length() : end);
    }

    /** Pools, replicas and snapshots of this engine. */
    public EnginePools pools() {
        return new EnginePools(channel);
    }

    /**
     * Creates a device, or changes one where the URI asks for that.
     *
     * @return its name
     */
    public String create(String uri) {
        try {
            return devices()
                    .create(CreateBdevRequest.newBuilder().setUri(uri).build())
                    .getBdev()
                    .getName();
        } catch (StatusRuntimeException e) {
            throw new AssertionError("no device " + uri + "; the engine's log:\n" + log(), e);
        }
    }

    private BdevRpcGrpc.BdevRpcBlockingStub devices() {
        return BdevRpcGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(START_SECONDS, TimeUnit.SECONDS);
    }

    /** Holds the data commands of a subsystem. */
    public void pause(String nqn) {
        Subsystem changed =
                target().pauseSubsystem(PauseSubsystemRequest.newBuilder().setNqn(nqn).build());
        if (!changed.getPaused()) {
            throw new AssertionError("asked for a pause, it is running");
        }
    }

    /** Lets a paused subsystem go on. */
    public void resume(String nqn) {
        Subsystem changed =
                target().resumeSubsystem(ResumeSubsystemRequest.newBuilder().setNqn(nqn).build());
        if (changed.getPaused()) {
            throw new AssertionError("asked to resume, it is paused");
        }
    }

    /** Changes the access state of a subsystem on both portals. */
    public void setAnaState(String nqn, AnaState state) {
        Subsystem changed =
                target().setAnaState(
                                SetAnaStateRequest.newBuilder()
                                        .setNqn(nqn)
                                        .setState(state)
                                        .build());
        if (changed.getAnaState() != state) {
            throw new AssertionError("asked for " + state + ", it is " + changed.getAnaState());
        }
    }

    /** Gives new connections of a subsystem controller ids of a range. */
    public void setControllerIds(String nqn, int first, int last) {
        Subsystem changed =
                target().setControllerIds(
                                SetControllerIdsRequest.newBuilder()
                                        .setNqn(nqn)
                                        .setMinControllerId(first)
                                        .setMaxControllerId(last)
                                        .build());
        if (changed.getMinControllerId() != first || changed.getMaxControllerId() != last) {
            throw new AssertionError("asked for ids " + first + "-" + last + ", it is " + changed);
        }
    }

    /** Controllers that are connected, of all subsystems. */
    public int controllers() {
        return target().listSubsystems(Empty.getDefaultInstance()).getSubsystemsList().stream()
                .mapToInt(each -> each.getControllers())
                .sum();
    }

    private TargetRpcGrpc.TargetRpcBlockingStub target() {
        return TargetRpcGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** Port of the first portal. */
    public int port() {
        return targetPorts.getFirst();
    }

    /** Port of the second portal. */
    public int secondPort() {
        return targetPorts.getLast();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        process.destroy();
        awaitEnd();
    }
}
