package io.mayastor.engine.device;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which requests to which device meet which fault.
 *
 * <p>Written {@code inject://device?name=value&…}:
 *
 * <pre>
 *  domain    block (default), child, bdev_io: where stock tools place the fault; all act on the device
 *  op        read, write, read_write (default), flush, write_zeroes, deallocate, compare, any
 *  stage     submission (default; also submit, s), completion (also compl, c)
 *  method    status (default): data transfer error · status-nvme-SCT-SC (hex) · status-lvol-nospace ·
 *            status-submit-read · status-submit-write · status-admin · data: corrupt data ·
 *            delay-MILLISECONDS · torn-BLOCKS · lost
 *  begin_at, end_at   milliseconds since the first request that matches the rest
 *  offset, num_blk    range of blocks, any overlap counts
 *  retries   how often it acts
 * </pre>
 *
 * @param uri as it was written: names the rule
 * @param beginNanos since the first match, inclusive
 * @param endNanos exclusive
 */
public record FaultRule(
        String uri,
        String deviceName,
        Set<Operation> operations,
        Stage stage,
        FaultAction action,
        long firstBlock,
        long blocks,
        long count,
        long beginNanos,
        long endNanos) {
    /** When the fault strikes. */
    public enum Stage {
        SUBMISSION,
        COMPLETION
    }

    public static final String SCHEME = "inject";

    private static final Set<Operation> WRITES =
            EnumSet.of(Operation.WRITE, Operation.WRITE_ZEROES);
    private static final Pattern NVME_STATUS =
            Pattern.compile("status-nvme-(?:0x)?([0-7])-(?:0x)?([0-9a-fA-F]{1,2})");
    private static final Pattern NUMBERED = Pattern.compile("(delay|torn)-([0-9]{1,9})");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MAX_MILLIS = Long.MAX_VALUE / NANOS_PER_MILLI / 2;

    public static FaultRule parse(String text) {
        DeviceUri uri = DeviceUri.parse(text);
        if (!uri.scheme().equals(SCHEME)) {
            throw uri.invalid("a fault is written inject://device?op=…&method=…");
        }
        uri.requireParameters(
                "domain",
                "op",
                "stage",
                "method",
                "begin_at",
                "end_at",
                "offset",
                "num_blk",
                "num_blocks",
                "retries");
        String device = uri.location();
        if (device.isEmpty()) {
            throw uri.invalid("the device's name is missing, write inject://device?…");
        }
        checkDomain(uri);
        long end = uri.number("end_at", 0, MAX_MILLIS).orElse(MAX_MILLIS);
        FaultRule rule =
                new FaultRule(
                        text,
                        device,
                        operationsOf(uri),
                        stageOf(uri),
                        actionOf(uri),
                        uri.number("offset", 0, Long.MAX_VALUE).orElse(0),
                        uri.number("num_blk", 1, Long.MAX_VALUE)
                                .orElse(
                                        uri.number("num_blocks", 1, Long.MAX_VALUE)
                                                .orElse(Long.MAX_VALUE)),
                        uri.number("retries", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE),
                        uri.number("begin_at", 0, MAX_MILLIS).orElse(0) * NANOS_PER_MILLI,
                        end * NANOS_PER_MILLI);
        rule.checkSense(uri);
        return rule;
    }

    private static void checkDomain(DeviceUri uri) {
        String domain = uri.parameter("domain").orElse("block");
        switch (domain) {
            case "block", "block_device", "child", "nexus_child", "bdev_io" -> {}
            default -> throw uri.invalid("domain must be block, child or bdev_io, not " + domain);
        }
    }

    private static Set<Operation> operationsOf(DeviceUri uri) {
        String op = uri.parameter("op").orElse("read_write");
        Set<Operation> operations =
                switch (op) {
                    case "read", "r" -> EnumSet.of(Operation.READ);
                    case "write", "w" -> WRITES;
                    case "read_write", "rw" ->
                            EnumSet.of(Operation.READ, Operation.WRITE, Operation.WRITE_ZEROES);
                    case "flush" -> EnumSet.of(Operation.FLUSH);
                    case "write_zeroes" -> EnumSet.of(Operation.WRITE_ZEROES);
                    case "deallocate" -> EnumSet.of(Operation.DEALLOCATE);
                    case "compare" -> EnumSet.of(Operation.COMPARE);
                    case "any" -> EnumSet.allOf(Operation.class);
                    default ->
                            throw uri.invalid(
                                    "op must be read, write, read_write, flush, write_zeroes,"
                                            + " deallocate, compare or any, not "
                                            + op);
                };
        return Collections.unmodifiableSet(operations);
    }

    private static Stage stageOf(DeviceUri uri) {
        String stage = uri.parameter("stage").orElse("submission");
        return switch (stage) {
            case "submission", "submit", "s" -> Stage.SUBMISSION;
            case "completion", "compl", "c" -> Stage.COMPLETION;
            default -> throw uri.invalid("stage must be submission or completion, not " + stage);
        };
    }

    private static FaultAction actionOf(DeviceUri uri) {
        String method = uri.parameter("method").orElse("status");
        Matcher status = NVME_STATUS.matcher(method);
        if (status.matches()) {
            int type = Integer.parseInt(status.group(1), 16);
            int code = Integer.parseInt(status.group(2), 16);
            return new FaultAction.Fail(type << 8 | code);
        }
        Matcher numbered = NUMBERED.matcher(method);
        if (numbered.matches()) {
            long number = Long.parseLong(numbered.group(2));
            return numbered.group(1).equals("delay")
                    ? new FaultAction.Delay(number * NANOS_PER_MILLI)
                    : new FaultAction.TornWrite(number);
        }
        return switch (method) {
            case "status" -> new FaultAction.Fail(Status.DATA_TRANSFER_ERROR);
            case "status-lvol-nospace" -> new FaultAction.Fail(Status.CAPACITY_EXCEEDED);
            case "status-submit-read", "status-submit-write", "status-admin" ->
                    new FaultAction.Fail(Status.INTERNAL_ERROR);
            case "data" -> new FaultAction.CorruptData();
            case "lost" -> new FaultAction.LostWrite();
            default ->
                    throw uri.invalid(
                            "method must be status, status-nvme-SCT-SC, status-lvol-nospace,"
                                    + " status-submit-read, status-submit-write, status-admin,"
                                    + " data, delay-MILLISECONDS, torn-BLOCKS or lost, not "
                                    + method);
        };
    }

    private void checkSense(DeviceUri given) {
        if (beginNanos >= endNanos) {
            throw given.invalid("begin_at must be before end_at");
        }
        if (action instanceof FaultAction.LostWrite || action instanceof FaultAction.TornWrite) {
            if (stage != Stage.SUBMISSION || !WRITES.containsAll(operations)) {
                throw given.invalid("a lost or torn write needs op=write and stage=submission");
            }
        }
        boolean bdevIo = given.parameter("domain").orElse("").equals("bdev_io");
        if (bdevIo && (stage != Stage.SUBMISSION || !(action instanceof FaultAction.Fail))) {
            throw given.invalid("domain bdev_io takes stage=submission and a status only");
        }
    }

    boolean concerns(String device, BlockIo io, Stage at) {
        return stage == at
                && operations.contains(io.operation)
                && (io.operation == Operation.FLUSH
                        || (io.startBlock - firstBlock < blocks
                                && io.startBlock + io.blocks > firstBlock))
                && deviceName.equals(device);
    }
}
