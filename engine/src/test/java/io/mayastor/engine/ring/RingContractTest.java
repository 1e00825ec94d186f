package io.mayastor.engine.ring;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every {@link Ring} promises. A subclass per implementation says how to make its kernel and a
 * file; the promises themselves stand in the three interfaces.
 */
public abstract class RingContractTest implements FileContract, SocketContract, TurnContract {
    private RingWorld world;

    /** A kernel whose rings are to be tested. */
    protected abstract Kernel newKernel() throws Exception;

    /** Path of a new file of zeros that the kernel under test can open. */
    protected abstract String newFile(Kernel kernel, long sizeBytes) throws Exception;

    @BeforeEach
    void makeWorld() throws Exception {
        world = new RingWorld(newKernel(), new RingOptions(8, 16));
    }

    @AfterEach
    void closeWorld() {
        world.close();
    }

    @Override
    public final RingWorld world() {
        return world;
    }

    @Override
    public final int openFile(long sizeBytes) throws Exception {
        String path = newFile(world.kernel, sizeBytes);
        return world.kernel.open(path, new Kernel.OpenMode(true, false, false));
    }
}
