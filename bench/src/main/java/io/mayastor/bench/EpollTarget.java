package io.mayastor.bench;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.engine.ring.RingChoice;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * A target with one memory device on the epoll ring, for the figure of the fallback on a machine
 * whose kernel offers io_uring. Stays until it is ended.
 */
public final class EpollTarget {
    private static final int NOT_PINNED = -1;

    private EpollTarget() {}

    /**
     * @param args port, subsystem NQN, MiB
     */
    public static void main(String[] args) throws Exception {
        LinuxKernel kernel = new LinuxKernel(RingChoice.EPOLL);
        Reactor reactor = new Reactor("reactor-0", 0, kernel, ReactorOptions.DEFAULT);
        new ReactorThread(reactor, ReactorOptions.DEFAULT, NOT_PINNED).start();
        DeviceRegistry devices = new DeviceRegistry(List.of(reactor));
        devices.register("malloc", new MemoryDeviceFactory(UUID::randomUUID));
        BlockDevice device =
                devices.create("malloc:///memory?blk_size=4096&size_mb=" + args[2]).join();
        Target target = new Target(TargetOptions.DEFAULT, List.of(reactor));
        target.start().join();
        target.addSubsystem(
                        new SubsystemConfig(
                                args[1],
                                "BENCH",
                                SubsystemConfig.MODEL,
                                device,
                                device.uuid(),
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE))
                .join();
        target.addPortal(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]))).join();
        System.out.println(kernel.ringKind());
        new CountDownLatch(1).await();
    }
}
