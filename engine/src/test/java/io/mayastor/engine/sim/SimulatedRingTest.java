package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.RingContractTest;

/**
 * The simulated ring keeps the contract of every ring, on a network that cuts nothing short by
 * itself.
 */
class SimulatedRingTest extends RingContractTest {
    private static final NetworkProfile WHOLE = NetworkProfile.DEFAULT.withSplitChance(0);

    private int files;

    @Override
    protected Kernel newKernel() {
        Simulation simulation = new Simulation(Simulation.seeds(1).findFirst().orElseThrow());
        return new SimulatedNetwork(simulation, WHOLE).addHost("10.0.0.1");
    }

    @Override
    protected String newFile(Kernel kernel, long sizeBytes) {
        String path = "/file-" + files++;
        ((SimulatedKernel) kernel).attach(path, SimulatedDisk.file(sizeBytes));
        return path;
    }
}
