package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.Reactor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Rare commands to a controller, for management threads, which may wait for the futures. Any
 * thread; a future completes on the controller's reactor, or fails with a {@link
 * ControllerException}.
 */
public final class ControllerCommands {
    private static final byte[] NO_DATA = {};

    private final Controller controller;

    public ControllerCommands(Controller controller) {
        this.controller = controller;
    }

    /**
     * What a successful command has brought.
     *
     * @param result DW0 in the low, DW1 in the high half
     */
    public record Reply(long result, byte[] data) {}

    /** The 4096 bytes of an Identify. */
    public CompletableFuture<byte[]> identify(int cns, int namespaceId, int commandSet) {
        return adminReading(
                        "Identify",
                        entry -> IdentifyCommand.encode(entry, 0, 0, namespaceId, cns, commandSet),
                        IdentifyCommand.DATA_LENGTH)
                .thenApply(Reply::data);
    }

    /**
     * A part of a log page; its event, if any, is kept.
     *
     * @param offset multiple of 4
     * @param length multiple of 4, up to 1 MiB
     */
    public CompletableFuture<byte[]> logPage(
            int page, int specific, int namespaceId, long offset, int length) {
        return adminReading(
                        "Get Log Page",
                        entry ->
                                GetLogPageCommand.encode(
                                        entry,
                                        0,
                                        0,
                                        namespaceId,
                                        page,
                                        specific,
                                        true,
                                        offset,
                                        length),
                        length)
                .thenApply(Reply::data);
    }

    /** The current value of a feature that has no data. */
    public CompletableFuture<Integer> feature(int feature, int namespaceId) {
        return adminReading(
                        "Get Features",
                        entry ->
                                FeaturesCommand.encodeGet(
                                        entry,
                                        0,
                                        0,
                                        namespaceId,
                                        feature,
                                        FeaturesCommand.SELECT_CURRENT,
                                        0),
                        0)
                .thenApply(reply -> (int) reply.result());
    }

    /** Sets a feature that has no data. */
    public CompletableFuture<Void> setFeature(int feature, int namespaceId, int value) {
        return adminReading(
                        "Set Features",
                        entry ->
                                FeaturesCommand.encodeSet(
                                        entry, 0, 0, namespaceId, feature, false, value),
                        0)
                .thenAccept(reply -> {});
    }

    /**
     * Any admin command that brings data, or moves none.
     *
     * @param name for messages
     * @param encode writes the submission entry at offset 0
     */
    public CompletableFuture<Reply> adminReading(
            String name, Consumer<MemorySegment> encode, int length) {
        return run(name, encode, NO_DATA, length, controller::submitAdmin);
    }

    /** Any admin command that takes data along. */
    public CompletableFuture<Reply> adminWriting(
            String name, Consumer<MemorySegment> encode, byte[] data) {
        return run(name, encode, data, 0, controller::submitAdmin);
    }

    /** Any I/O command that brings data, or moves none. */
    public CompletableFuture<Reply> ioReading(
            String name, Consumer<MemorySegment> encode, int length) {
        return run(name, encode, NO_DATA, length, controller::submit);
    }

    /** Any I/O command that takes data along. */
    public CompletableFuture<Reply> ioWriting(
            String name, Consumer<MemorySegment> encode, byte[] data) {
        return run(name, encode, data, 0, controller::submit);
    }

    private CompletableFuture<Reply> run(
            String name,
            Consumer<MemorySegment> encode,
            byte[] out,
            int inLength,
            Consumer<Command> submit) {
        int length = Math.max(out.length, inLength);
        if (length > BufferArena.LARGEST) {
            throw new IllegalArgumentException(
                    name + " with " + length + " bytes of data, the limit is 1 MiB");
        }
        MemorySegment entry = MemorySegment.ofArray(new byte[SubmissionEntry.LENGTH]);
        encode.accept(entry);
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        try {
            controller
                    .reactor()
                    .execute(() -> start(name, entry, out, length, inLength, submit, reply));
        } catch (RejectedExecutionException e) {
            reply.completeExceptionally(new ControllerException(name + ": " + e.getMessage()));
        }
        return reply;
    }

    private void start(
            String name,
            MemorySegment entry,
            byte[] out,
            int length,
            int inLength,
            Consumer<Command> submit,
            CompletableFuture<Reply> reply) {
        Reactor reactor = controller.reactor();
        long buffer = length == 0 ? 0 : reactor.arena().allocateInternal(length);
        if (length > 0 && buffer == 0) {
            reply.completeExceptionally(
                    new ControllerException(name + ": no buffer of " + length + " bytes is free"));
            return;
        }
        MemorySegment data = bufferSegment(buffer, length);
        MemorySegment.copy(out, 0, data, ValueLayout.JAVA_BYTE, 0, out.length);
        Command command =
                new Command(done -> {
                    byte[] in = data.asSlice(0, inLength).toArray(ValueLayout.JAVA_BYTE);
                    if (buffer != 0) {
                        reactor.arena().free(buffer, length);
                    }
                    settle(name, done, in, reply);
                });
        submit.accept(command.load(entry, 0).withData(buffer, length));
    }

    private MemorySegment bufferSegment(long buffer, int length) {
        if (buffer == 0) {
            return MemorySegment.ofArray(NO_DATA);
        }
        MemorySegment arena = controller.reactor().arena().memory();
        return arena.asSlice(buffer - arena.address(), length);
    }

    private void settle(String name, Command done, byte[] data, CompletableFuture<Reply> reply) {
        if (Status.isSuccess(done.status)) {
            reply.complete(new Reply(done.result, data));
        } else {
            reply.completeExceptionally(
                    new ControllerException(
                            controller.name() + ": " + name + ": " + Status.name(done.status),
                            done.status));
        }
    }
}
