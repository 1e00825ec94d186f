package io.mayastor.engine.device;

import io.mayastor.engine.ring.LinuxKernel;

/** A wrapped device is still a device. */
class FaultyWithoutRulesTest extends BlockDeviceContract {
    @Override
    protected DeviceFixture newFixture() {
        return new DeviceFixture(new LinuxKernel());
    }

    @Override
    protected String uri(int sizeBytes, int blockSize) {
        return "faulty+malloc:///m0?size_mb=" + (sizeBytes >> 20) + "&blk_size=" + blockSize;
    }
}
