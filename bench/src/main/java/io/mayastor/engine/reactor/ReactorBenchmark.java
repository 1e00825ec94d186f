package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.LinuxKernel;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one I/O costs a reactor in buffers and timers. Other timers are armed, as connections' are,
 * so that slots are not empty.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ReactorBenchmark {
    private static final int BLOCK = 4096;
    private static final int LARGE = 128 << 10;
    private static final int OTHER_TIMERS = 1000;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final Reactor reactor =
            new Reactor("bench", 0, new LinuxKernel(), ReactorOptions.DEFAULT);
    private final TimerWheel wheel = new TimerWheel(0);
    private final Timer timer = new Silent();
    private BufferArena arena;

    private static final class Silent extends Timer {
        @Override
        protected void expired() {}
    }

    @Setup
    public void open() {
        reactor.open();
        arena = reactor.arena();
        for (int i = 0; i < OTHER_TIMERS; i++) {
            wheel.schedule(new Silent(), SECOND_NANOS + i * (SECOND_NANOS / 100));
        }
    }

    @TearDown
    public void close() {
        reactor.close();
    }

    @Benchmark
    public long allocateAndFreeBlock() {
        long address = arena.allocate(BLOCK);
        arena.free(address, BLOCK);
        return address;
    }

    @Benchmark
    public long allocateAndFree128KiB() {
        long address = arena.allocate(LARGE);
        arena.free(address, LARGE);
        return address;
    }

    @Benchmark
    public int scheduleAndCancelTimer() {
        wheel.schedule(timer, 5 * SECOND_NANOS);
        wheel.cancel(timer);
        return wheel.armed();
    }
}
