package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mayastor.engine.ring.LinuxKernel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryDeviceTest extends BlockDeviceContract {
    @Override
    protected DeviceFixture newFixture() {
        return new DeviceFixture(new LinuxKernel());
    }

    @Override
    protected String uri(int sizeBytes, int blockSize) {
        return "malloc:///m0?size_mb=" + (sizeBytes >> 20) + "&blk_size=" + blockSize;
    }

    @Test
    void contentStaysWhenTheDeviceGrows() {
        BlockDevice device = fixture.open("malloc:///m0?size_mb=2&blk_size=512");
        write(device, 100, 64, 1);
        List<Long> told = new ArrayList<>();
        device.addListener(
                new DeviceListener() {
                    @Override
                    public void resized(BlockDevice resized) {
                        told.add(resized.blockCount());
                    }
                });

        fixture.open("malloc:///m0?size_mb=4&blk_size=512&resize");

        assertEquals(List.of(8192L), told);
        assertContent(device, 100, 64, 1, 0);
        write(device, 8000, 64, 2);
        assertContent(device, 8000, 64, 2, 0);
    }

    @Test
    void itDoesNotShrink() {
        fixture.open("malloc:///m0?size_mb=2");

        assertThrows(DeviceException.class, () -> fixture.open("malloc:///m0?size_mb=1&resize"));
    }
}
