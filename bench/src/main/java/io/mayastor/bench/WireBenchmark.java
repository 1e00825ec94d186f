package io.mayastor.bench;

import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.DigestView;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one command costs in formats: check of the PDU header and decoding of the submission entry,
 * encoding of the completion, digest of a block.
 *
 * <p>Decoding is done three times: by address through the constant segment over all memory, as the
 * data path does; through a bounded segment held in a final field; through one in a field that may
 * change. A segment in a field brings a bounds and a liveness check to each access.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class WireBenchmark {
    private static final int BLOCK = 4096;
    private static final int CAPSULES = 64;

    private final MemorySegment held = Arena.global().allocate((long) CAPSULES * BLOCK, BLOCK);
    private final long address = held.address();
    private final PduCheck check = PduCheck.fromHost(0, 0, 8192, 1 << 17);
    private final DigestView digests = new DigestView(held);
    private MemorySegment changing = held;
    private int turn;

    @Setup
    public void writeCapsules() {
        changing = held;
        for (int i = 0; i < CAPSULES; i++) {
            long base = (long) i * BLOCK;
            CapsuleCommand.encodeHeader(held, base, 0, 0, 0);
            BlockCommand.encode(held, base + CapsuleCommand.SQE, NvmOpcode.READ, i, 1, i, 1, 0);
            SubmissionEntry.setTransportData(held, base + CapsuleCommand.SQE, BLOCK);
        }
    }

    private long nextOffset() {
        turn = (turn + 1) & (CAPSULES - 1);
        return (long) turn * BLOCK;
    }

    private long decode(MemorySegment memory, long base) {
        long entry = base + CapsuleCommand.SQE;
        return check.check(memory, base)
                + SubmissionEntry.opcode(memory, entry)
                + SubmissionEntry.psdt(memory, entry)
                + SubmissionEntry.commandId(memory, entry)
                + SubmissionEntry.namespaceId(memory, entry)
                + SubmissionEntry.sglIdentifier(memory, entry)
                + SubmissionEntry.sglLength(memory, entry)
                + BlockCommand.firstBlock(memory, entry)
                + BlockCommand.blocks(memory, entry);
    }

    @Benchmark
    public long decodeThroughConstantSegment() {
        return decode(Memory.ALL, address + nextOffset());
    }

    @Benchmark
    public long decodeThroughSegmentInFinalField() {
        return decode(held, nextOffset());
    }

    @Benchmark
    public long decodeThroughSegmentInField() {
        return decode(changing, nextOffset());
    }

    @Benchmark
    public long encodeCompletion() {
        long base = address + nextOffset();
        CapsuleResponse.encodeHeader(Memory.ALL, base, 0);
        CompletionEntry.encode(Memory.ALL, base + CapsuleResponse.CQE, 0, turn, turn, 0);
        return base;
    }

    @Benchmark
    public int digestOfBlock() {
        return digests.digest(nextOffset(), BLOCK);
    }
}
