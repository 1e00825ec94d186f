package io.mayastor.engine.device;

import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;

/** A simulated host with one disk at {@link #PATH}. */
final class SimulatedHost {
    static final String PATH = "/dev/vdb";

    private SimulatedHost() {}

    static SimulatedKernel with(SimulatedDisk disk) {
        Simulation simulation = new Simulation(1);
        SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
        return network.addHost("10.0.0.1").attach(PATH, disk);
    }
}
