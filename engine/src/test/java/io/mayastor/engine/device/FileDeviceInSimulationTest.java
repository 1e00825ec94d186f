package io.mayastor.engine.device;

import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;

/** The contract on a simulated file whose transfers are often short. */
class FileDeviceInSimulationTest extends BlockDeviceContract {
    private SimulatedKernel host;

    @Override
    protected DeviceFixture newFixture() {
        host = SimulatedHost.with(SimulatedDisk.file(0));
        return new DeviceFixture(host);
    }

    @Override
    protected String uri(int sizeBytes, int blockSize) {
        SimulatedDisk disk = host.disk(SimulatedHost.PATH);
        disk.resize(sizeBytes);
        disk.inject(DiskFault.every(Kind.READ, new Effect.Shorten()).withChance(0.3));
        disk.inject(DiskFault.every(Kind.WRITE, new Effect.Shorten()).withChance(0.3));
        return "uring://" + SimulatedHost.PATH + "?blk_size=" + blockSize;
    }
}
