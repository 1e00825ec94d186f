package io.mayastor.engine.device;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;

/** Where holes can not be punched nor ranges zeroed, zeros are written. */
class FileDeviceWithoutFallocateTest extends BlockDeviceContract {
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
        disk.inject(DiskFault.every(Kind.ALLOCATE, new Effect.Fail(Errno.EOPNOTSUPP)));
        return "aio://" + SimulatedHost.PATH + "?blk_size=" + blockSize;
    }
}
