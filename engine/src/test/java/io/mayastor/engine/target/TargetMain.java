package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A target with one memory namespace, for trying real hosts: {@code TargetMain ADDRESS PORT MIB}.
 */
final class TargetMain {
    private TargetMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        InetSocketAddress portal =
                new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        Reactor reactor = new Reactor("reactor-0", 0, new LinuxKernel(), ReactorOptions.DEFAULT);
        new ReactorThread(reactor, ReactorOptions.DEFAULT, -1).start();
        DeviceRegistry registry = new DeviceRegistry(List.of(reactor));
        registry.register("malloc", new MemoryDeviceFactory(UUID::randomUUID));
        BlockDevice device =
                registry.create("malloc:///m0?blk_size=4096&size_mb=" + arguments[2]).join();
        Target target = new Target(TargetOptions.DEFAULT, List.of(reactor));
        target.start().join();
        target.addSubsystem(
                        new SubsystemConfig(
                                "nqn.2019-05.io.openebs:" + device.name(),
                                "DCS0123456789ABCDEF0",
                                SubsystemConfig.MODEL,
                                device,
                                device.uuid(),
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE))
                .join();
        System.out.println("listening on " + target.addPortal(portal).join());
        Thread.currentThread().join();
    }
}
