package io.mayastor.cli;

import io.mayastor.api.v1.Replica;
import io.mayastor.api.v1.StreamWipeOptions;
import io.mayastor.api.v1.TestRpcGrpc;
import io.mayastor.api.v1.WipeOptions;
import io.mayastor.api.v1.WipeOptions.WipeMethod;
import io.mayastor.api.v1.WipeReplicaRequest;
import io.mayastor.api.v1.WipeReplicaResponse;
import io.mayastor.cli.client.ClientOptions;
import io.mayastor.cli.client.Connection;
import io.mayastor.cli.text.ProgressBar;
import io.mayastor.cli.text.SizeConverter;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayastor replica wipe}. */
@Command(
        name = "wipe",
        description =
                "Overwrite all of a replica, or with --method checksum read it and print its"
                        + " CRC32C.")
final class WipeCommand implements Runnable {
    private static final long MIB = 1 << 20;
    private static final int STEPS = 256;
    private static final String PATTERN = "(0x)?[0-9a-fA-F]{1,8}";

    /** As a person writes the methods of {@link WipeMethod}. */
    private enum Method {
        zeroes(WipeMethod.WRITE_ZEROES),
        unmap(WipeMethod.UNMAP),
        pattern(WipeMethod.WRITE_PATTERN),
        checksum(WipeMethod.CHECKSUM),
        none(WipeMethod.NONE);

        private final WipeMethod method;

        Method(WipeMethod method) {
            this.method = method;
        }
    }

    @Mixin private ClientOptions client;

    @Parameters(paramLabel = "REPLICA")
    private String replica;

    @Option(
            names = {"-m", "--method"},
            paramLabel = "METHOD",
            defaultValue = "zeroes",
            description = "zeroes, unmap, pattern, checksum or none. Default: zeroes.")
    private Method method;

    @Option(
            names = "--pattern",
            paramLabel = "HEX",
            description = "Four bytes for --method pattern, the lowest first. Default: deadbeef.")
    private String pattern;

    @Option(
            names = "--chunk-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "After how much progress is told. Default: what suits the size.")
    private Long chunkSize;

    @Override
    public void run() {
        WipeOptions.Builder options = WipeOptions.newBuilder().setWipeMethod(method.method);
        if (pattern != null) {
            options.setWritePattern(parsed(pattern));
        }
        try (Connection connection = client.connect()) {
            Replica found = VolumeNames.replica(connection, replica);
            WipeReplicaRequest request =
                    WipeReplicaRequest.newBuilder()
                            .setUuid(found.getUuid())
                            .setWipeOptions(
                                    StreamWipeOptions.newBuilder()
                                            .setOptions(options)
                                            .setChunkSize(chunk(found.getSize())))
                            .build();
            WipeReplicaResponse last =
                    connection.follow(
                            TestRpcGrpc::newBlockingStub,
                            stub -> followed(stub.wipeReplica(request)));
            show(found.getName(), last);
        }
    }

    private WipeReplicaResponse followed(Iterator<WipeReplicaResponse> steps) {
        WipeReplicaResponse last = WipeReplicaResponse.getDefaultInstance();
        try (ProgressBar bar = client.progress(method.name())) {
            while (steps.hasNext()) {
                last = steps.next();
                bar.show(last.getWipedBytes(), last.getTotalBytes());
            }
        }
        return last;
    }

    private void show(String name, WipeReplicaResponse last) {
        client.answer()
                .show(
                        last,
                        () ->
                                method == Method.checksum
                                        ? "%08x".formatted(last.getCrc32())
                                        : "replica " + name + " wiped");
    }

    private long chunk(long size) {
        return chunkSize != null
                ? chunkSize
                : Math.min(size, Math.ceilDiv(Math.ceilDiv(size, STEPS), MIB) * MIB);
    }

    private static int parsed(String text) {
        if (!text.matches(PATTERN)) {
            throw new UsageException("--pattern must be 1 to 8 hexadecimal digits, not " + text);
        }
        return Integer.parseUnsignedInt(text.startsWith("0x") ? text.substring(2) : text, 16);
    }
}
