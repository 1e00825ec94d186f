package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.ring.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * One simulated host: its disks, its descriptors, its end of the network. It ends by {@link #crash}
 * (power cut); {@link #kill} ends only the processes on it.
 */
public final class SimulatedKernel implements Kernel {
    private static final int FIRST_DESCRIPTOR = 3;

    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final String[] addressLiterals;
    private final List<InetAddress> addresses;
    private final SplittableRandom random;
    private final Map<String, SimulatedDisk> disks = new LinkedHashMap<>();
    private final List<Descriptor> descriptors = new ArrayList<>();
    private final List<SimulatedRing> rings = new ArrayList<>();
    private final Map<Long, MemorySegment> mappings = new LinkedHashMap<>();
    private int descriptorLimit = 1 << 20;
    private boolean running = true;

    SimulatedKernel(Simulation simulation, SimulatedNetwork network, String... addresses) {
        this.simulation = simulation;
        this.network = network;
        this.addressLiterals = addresses;
        this.addresses = Arrays.stream(addresses).map(SimulatedNetwork::address).toList();
        this.random =
                simulation.stream(
                        "kernel " + String.join(",", addresses) + " " + simulation.nanoTime());
    }

    /** Puts a disk or file at a path. */
    public SimulatedKernel attach(String path, SimulatedDisk disk) {
        disks.put(path, disk);
        return this;
    }

    public SimulatedDisk disk(String path) {
        return disks.get(path);
    }

    /** Beyond so many open descriptors, opening and accepting fail with EMFILE. */
    public void limitDescriptors(int limit) {
        descriptorLimit = limit;
    }

    /** Descriptors that are open now; to find leaks. */
    public int openDescriptors() {
        return (int) descriptors.stream().filter(Objects::nonNull).count();
    }

    /** Bytes mapped now; to find leaks. */
    public long mappedBytes() {
        return mappings.values().stream().mapToLong(MemorySegment::byteSize).sum();
    }

    /**
     * Power cut: every participant of this host stops, its peers hear nothing, its disks keep what
     * is durable and what the survival grants.
     *
     * @return the host after its restart, with the surviving disks at the same paths
     */
    public SimulatedKernel crash(Survival survival) {
        Map<String, SimulatedDisk> survivors = new LinkedHashMap<>();
        disks.forEach((path, disk) -> survivors.put(path, disk.afterPowerCut(survival)));
        stop();
        SimulatedKernel next = network.addHost(addressLiterals);
        survivors.forEach(next::attach);
        return next;
    }

    /** Power cut without a restart. */
    public void stop() {
        running = false;
        endRings(false);
        network.hostGone(this);
        descriptors.clear();
        mappings.clear();
    }

    /**
     * The processes on this host die: operations in flight happen or not, descriptors are closed,
     * the disks forget nothing.
     */
    public void kill() {
        endRings(true);
        List<Descriptor> open = descriptors.stream().filter(Objects::nonNull).toList();
        descriptors.clear();
        open.forEach(Descriptor::release);
        mappings.clear();
    }

    private void endRings(boolean processOnly) {
        for (SimulatedRing ring : List.copyOf(rings)) {
            ring.die(processOnly);
        }
        rings.clear();
    }

    @Override
    public Ring newRing(RingOptions options) {
        SimulatedRing ring = new SimulatedRing(simulation, this, options, random.split());
        rings.add(ring);
        return ring;
    }

    @Override
    public String ringKind() {
        return "simulated";
    }

    @Override
    public int open(String path, OpenMode mode) throws IOException {
        SimulatedDisk disk = disks.get(path);
        if (disk == null) {
            throw new SystemCallException("open " + path, Errno.ENOENT);
        }
        OpenFile file = new OpenFile(simulation, disk, mode, random.split());
        if (mode.exclusive() && disk.isBlockDevice() && !disk.claim(file)) {
            throw new SystemCallException("open " + path, Errno.EBUSY);
        }
        int descriptor = add(file);
        if (descriptor < 0) {
            file.release();
            throw new SystemCallException("open " + path, descriptor);
        }
        return descriptor;
    }

    @Override
    public FileDescription describe(int file) throws IOException {
        OpenFile open = named(file, OpenFile.class);
        SimulatedDisk disk = open.disk;
        return new FileDescription(
                disk.isBlockDevice(),
                disk.sizeBytes(),
                disk.blockBytes(),
                disk.blockBytes(),
                disk.blockBytes());
    }

    @Override
    public boolean lock(int file) throws IOException {
        OpenFile open = named(file, OpenFile.class);
        return open.disk.lock(open);
    }

    @Override
    public int listen(InetSocketAddress address, int backlog) throws IOException {
        Listener listener = network.listen(this, address, backlog);
        return orFail(listener, "listen on " + address);
    }

    @Override
    public int socket(InetSocketAddress remote) throws IOException {
        return orFail(newSocket(), "socket for " + remote);
    }

    private int orFail(Descriptor descriptor, String what) throws IOException {
        int file = add(descriptor);
        if (file < 0) {
            descriptor.release();
            throw new SystemCallException(what, file);
        }
        return file;
    }

    @Override
    public void tune(int socket) throws IOException {
        named(socket, StreamSocket.class).tune();
    }

    @Override
    public InetSocketAddress localAddress(int socket) throws IOException {
        if (descriptor(socket) instanceof Listener listener) {
            return listener.address();
        }
        return known(named(socket, StreamSocket.class).local(), "local address of " + socket);
    }

    @Override
    public InetSocketAddress remoteAddress(int socket) throws IOException {
        return known(named(socket, StreamSocket.class).remote(), "remote address of " + socket);
    }

    private static InetSocketAddress known(InetSocketAddress address, String what)
            throws IOException {
        if (address == null) {
            throw new SystemCallException(what, Errno.ENOTCONN);
        }
        return address;
    }

    @Override
    public void close(int file) {
        Descriptor descriptor = descriptor(file);
        if (descriptor != null) {
            checkIdle(file, descriptor);
            remove(file).release();
        }
    }

    @Override
    public MemorySegment map(long lengthBytes, boolean populate) {
        if (lengthBytes <= 0 || lengthBytes % Memory.PAGE != 0) {
            throw new IllegalArgumentException(
                    "not a positive multiple of " + Memory.PAGE + ": " + lengthBytes);
        }
        MemorySegment memory = Arena.ofAuto().allocate(lengthBytes, Memory.PAGE);
        mappings.put(memory.address(), memory);
        return memory;
    }

    @Override
    public void unmap(MemorySegment memory) {
        MemorySegment mapped = mappings.remove(memory.address());
        if (mapped == null || mapped.byteSize() != memory.byteSize()) {
            throw new IllegalArgumentException("not mapped here: " + memory);
        }
    }

    @Override
    public boolean release(long address, long lengthBytes) {
        for (MemorySegment memory : mappings.values()) {
            long offset = address - memory.address();
            if (offset >= 0 && offset + lengthBytes <= memory.byteSize()) {
                memory.asSlice(offset, lengthBytes).fill((byte) 0);
                return true;
            }
        }
        throw new IllegalArgumentException("not mapped here: " + address + ", " + lengthBytes);
    }

    boolean running() {
        return running;
    }

    SimulatedNetwork network() {
        return network;
    }

    List<InetAddress> addresses() {
        return addresses;
    }

    /** The own address that shares most leading bytes with the destination. */
    InetAddress sourceFor(InetAddress destination) {
        InetAddress best = addresses.getFirst();
        for (InetAddress address : addresses) {
            if (matchingBytes(address, destination) > matchingBytes(best, destination)) {
                best = address;
            }
        }
        return best;
    }

    private static int matchingBytes(InetAddress left, InetAddress right) {
        int mismatch = Arrays.mismatch(left.getAddress(), right.getAddress());
        return mismatch < 0 ? Integer.MAX_VALUE : mismatch;
    }

    StreamSocket newSocket() {
        return new StreamSocket(simulation, this, network.profile(), random.split());
    }

    /** Gives a connection that was accepted a descriptor, or returns a negated errno. */
    int adopt(StreamSocket socket) {
        return add(socket);
    }

    Descriptor descriptor(int file) {
        int index = file - FIRST_DESCRIPTOR;
        return index < 0 || index >= descriptors.size() ? null : descriptors.get(index);
    }

    /** Takes a descriptor out of the table; the caller gives its reference up. */
    Descriptor remove(int file) {
        return descriptors.set(file - FIRST_DESCRIPTOR, null);
    }

    /**
     * A descriptor with work on it must not be closed: the work would go on, and the peer would see
     * nothing.
     */
    void checkIdle(int file, Descriptor descriptor) {
        for (SimulatedRing ring : rings) {
            ring.checkIdle(file, descriptor);
        }
    }

    void forget(SimulatedRing ring) {
        rings.remove(ring);
    }

    private int add(Descriptor descriptor) {
        int index = descriptors.indexOf(null);
        if (index < 0) {
            index = descriptors.size();
            descriptors.add(null);
        }
        if (index >= descriptorLimit) {
            descriptors.removeLast();
            return -Errno.EMFILE;
        }
        descriptors.set(index, descriptor);
        return index + FIRST_DESCRIPTOR;
    }

    private <T extends Descriptor> T named(int file, Class<T> type) throws IOException {
        Descriptor descriptor = descriptor(file);
        if (!type.isInstance(descriptor)) {
            throw new SystemCallException("descriptor " + file + ", " + descriptor, Errno.EBADF);
        }
        return type.cast(descriptor);
    }
}
