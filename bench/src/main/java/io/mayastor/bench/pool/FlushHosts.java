package io.mayastor.bench.pool;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.initiator.Initiator;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Hosts that each write 4 KiB at random and flush, one after the other, as databases do. */
final class FlushHosts {
    private static final int NOT_PINNED = -1;
    private static final int BYTES = 4096;

    private final List<Host> hosts = new ArrayList<>();
    private long end;

    private FlushHosts() {}

    /** One of them; all on one reactor. */
    private final class Host {
        final BlockDevice device;
        final SplittableRandom random;
        final BlockIo io = new BlockIo(this::completed);
        final long[] micros = new long[1 << 20];
        int rounds;
        private long begun;
        boolean done;

        Host(BlockDevice device, int number) {
            this.device = device;
            random = new SplittableRandom(number);
            io.address = device.reactor().arena().allocate(BYTES);
        }

        void write() {
            begun = System.nanoTime();
            io.operation = BlockIo.Operation.WRITE;
            io.blocks = BYTES / device.blockSize();
            io.startBlock = random.nextLong(device.blockCount() / io.blocks) * io.blocks;
            device.submit(io);
        }

        private void completed(BlockIo ended) {
            if (ended.status != 0) {
                throw new IllegalStateException(ended.operation + ": status " + ended.status);
            }
            if (ended.operation == BlockIo.Operation.WRITE) {
                ended.operation = BlockIo.Operation.FLUSH;
                device.submit(ended);
                return;
            }
            long now = System.nanoTime();
            micros[rounds++] = (now - begun) / 1000;
            if (now < end) {
                write();
            } else {
                done = true;
            }
        }
    }

    /**
     * @param args seconds, then one URI for each host
     */
    public static void main(String[] args) throws Exception {
        Reactor reactor = new Reactor("hosts", 0, new LinuxKernel(), ReactorOptions.DEFAULT);
        new ReactorThread(reactor, ReactorOptions.DEFAULT, NOT_PINNED).start();
        Initiator initiator = reactor.call(() -> new Initiator(reactor)).join();
        FlushHosts load = new FlushHosts();
        long nanos = (long) (Double.parseDouble(args[0]) * 1e9);
        for (int i = 1; i < args.length; i++) {
            UUID id = new UUID(0xf105, i);
            NvmeTcpDeviceFactory factory =
                    new NvmeTcpDeviceFactory(
                            any -> initiator,
                            "nqn.2014-08.org.nvmexpress:uuid:" + id,
                            id,
                            options -> options,
                            ReconnectPolicy.NEVER);
            BlockDevice device = factory.open(DeviceUri.parse(args[i]), reactor).join();
            int number = i;
            load.hosts.add(reactor.call(() -> load.new Host(device, number)).join());
        }
        load.end = System.nanoTime() + nanos;
        reactor.call(
                        () -> {
                            load.hosts.forEach(Host::write);
                            return null;
                        })
                .join();
        while (!reactor.call(() -> load.hosts.stream().allMatch(host -> host.done)).join()) {
            Thread.sleep(20);
        }
        long[] all =
                load.hosts.stream()
                        .flatMapToLong(host -> Arrays.stream(host.micros, 0, host.rounds))
                        .sorted()
                        .toArray();
        System.out.printf(
                "%.0f %d %d%n",
                all.length / (nanos / 1e9), all[all.length / 2], all[(int) (all.length * 0.99)]);
        System.exit(0);
    }
}
