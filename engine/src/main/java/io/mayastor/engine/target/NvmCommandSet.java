package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Commands of an I/O queue: the NVM command set (NVM Command Set 1.0 §3) and reservations, which
 * {@link ReservationCommands} carries out. One per group; owner thread: its reactor.
 */
final class NvmCommandSet implements CommandSet {
    private final TargetOptions options;
    private final ReservationCommands reservationCommands;

    NvmCommandSet(TargetOptions options) {
        this.options = options;
        this.reservationCommands = new ReservationCommands(options);
    }

    @Override
    public int prepare(Command command) {
        int fuse = SubmissionEntry.fuse(Memory.ALL, command.entryBase);
        FusedCommands.followed(command.queue, fuse);
        if (command.opcode == AdminOpcode.FABRICS) {
            return FabricsCommands.prepare(command);
        }
        Subsystem subsystem = command.queue.controller().subsystem();
        int nsid = SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
        if (nsid == SubmissionEntry.ALL_NAMESPACES && command.opcode == NvmOpcode.FLUSH) {
            nsid = 1;
        }
        Namespace namespace = subsystem.namespace(nsid);
        if (namespace == null) {
            return Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT);
        }
        command.namespace = namespace;
        int access = subsystem.accessStatus();
        if (access != Status.SUCCESS) {
            return access;
        }
        int status =
                fuse == SubmissionEntry.FUSE_NONE
                        ? Status.SUCCESS
                        : FusedCommands.check(command, fuse);
        if (status != Status.SUCCESS) {
            return status;
        }
        return switch (command.opcode) {
            case NvmOpcode.READ -> prepareTransfer(command, false, true);
            case NvmOpcode.WRITE -> prepareTransfer(command, true, false);
            case NvmOpcode.COMPARE -> prepareTransfer(command, false, false);
            case NvmOpcode.FLUSH -> permitted(command);
            case NvmOpcode.WRITE_ZEROES -> prepareRange(command, true);
            case NvmOpcode.VERIFY -> prepareRange(command, false);
            case NvmOpcode.DATASET_MANAGEMENT -> prepareDeallocate(command);
            case NvmOpcode.RESERVATION_REGISTER,
                    NvmOpcode.RESERVATION_REPORT,
                    NvmOpcode.RESERVATION_ACQUIRE,
                    NvmOpcode.RESERVATION_RELEASE ->
                    reservationCommands.prepare(command);
            default -> Status.withDoNotRetry(Status.INVALID_OPCODE);
        };
    }

    /** Which group of commands a reservation counts it to: NVM Command Set 1.0 §5.7. */
    private static boolean isWriteGroup(int opcode) {
        return opcode == NvmOpcode.WRITE
                || opcode == NvmOpcode.FLUSH
                || opcode == NvmOpcode.WRITE_ZEROES
                || opcode == NvmOpcode.DATASET_MANAGEMENT;
    }

    /** Whether a reservation of another host forbids the command. */
    private static boolean isFenced(Command command) {
        Namespace namespace = command.namespace;
        return namespace != null
                && namespace.reservations().isHeld()
                && !ReservationCommands.isReservation(command.opcode)
                && !namespace
                        .reservations()
                        .permits(command.queue.controller(), isWriteGroup(command.opcode));
    }

    private static int permitted(Command command) {
        return isFenced(command)
                ? Status.withDoNotRetry(Status.RESERVATION_CONFLICT)
                : Status.SUCCESS;
    }

    private int prepareRange(Command command, boolean writes) {
        long first = BlockCommand.firstBlock(Memory.ALL, command.entryBase);
        int blocks = BlockCommand.blocks(Memory.ALL, command.entryBase);
        if (BlockCommand.protection(Memory.ALL, command.entryBase) != 0) {
            return Status.withDoNotRetry(Status.INVALID_PROTECTION_INFORMATION);
        }
        if (!BlockCommand.isInRange(first, blocks, command.namespace.device().blockCount())) {
            return Status.withDoNotRetry(Status.LBA_OUT_OF_RANGE);
        }
        command.io.startBlock = first;
        command.io.blocks = blocks;
        command.changesData = writes;
        return permitted(command);
    }

    private int prepareTransfer(Command command, boolean writes, boolean toHost) {
        int status = prepareRange(command, writes);
        if (status != Status.SUCCESS) {
            return status;
        }
        long bytes = command.io.blocks << command.namespace.blockShift();
        if (bytes > options.maxTransferBytes()) {
            return Status.withDoNotRetry(Status.INVALID_FIELD);
        }
        command.dataLength = (int) bytes;
        command.needsBuffer =
                toHost
                        && (!command.namespace.lendsReadData()
                                || command.queue.connection().hasDataDigest());
        return Status.SUCCESS;
    }

    private int prepareDeallocate(Command command) {
        int ranges = DatasetManagement.ranges(Memory.ALL, command.entryBase);
        command.dataLength = ranges * DatasetManagement.RANGE_LENGTH;
        command.changesData = DatasetManagement.deallocate(Memory.ALL, command.entryBase);
        return permitted(command);
    }

    @Override
    public boolean admit(Command command) {
        if (command.opcode == AdminOpcode.FABRICS) {
            return true;
        }
        if (command.fusedPart != SubmissionEntry.FUSE_NONE) {
            FusedCommands.hold(command);
            return false;
        }
        if (ReservationCommands.isReservation(command.opcode)) {
            return true;
        }
        if (command.opcode == NvmOpcode.VERIFY && !command.namespace.lendsReadData()) {
            // It moves no data, but reads: one transfer at a time.
            long bytes = command.io.blocks << command.namespace.blockShift();
            command.dataLength = (int) Math.min(bytes, options.maxTransferBytes());
            command.needsBuffer = true;
        }
        return command.namespace.enter(command);
    }

    @Override
    public void refused(Command command) {
        FusedCommands.refused(command);
    }

    @Override
    public int recheck(Command command) {
        int access = command.queue.controller().subsystem().accessStatus();
        return access == Status.SUCCESS ? permitted(command) : access;
    }

    @Override
    public void failed(Command command, int status) {
        finish(command, status);
    }

    @Override
    public boolean takesDataAtOnce(Command command) {
        return command.namespace.takesDataOnSubmit()
                && command.fusedPart == SubmissionEntry.FUSE_NONE
                && command.namespace.isGateOpen()
                && (command.opcode == NvmOpcode.WRITE || command.opcode == NvmOpcode.COMPARE);
    }

    @Override
    public void execute(Command command) {
        if (isFenced(command)) {
            // It has waited since it was checked, and its host has lost its rights meanwhile.
            finish(command, permitted(command));
            return;
        }
        BlockIo io = command.io;
        switch (command.opcode) {
            case NvmOpcode.READ -> {
                io.address = command.bufferLength > 0 ? command.dataAddress : 0;
                submit(command, BlockIo.Operation.READ);
            }
            case NvmOpcode.WRITE -> {
                io.address = command.dataAddress;
                io.forceUnitAccess = BlockCommand.forceUnitAccess(Memory.ALL, command.entryBase);
                submit(command, BlockIo.Operation.WRITE);
            }
            case NvmOpcode.COMPARE -> {
                io.address = command.dataAddress;
                submit(command, BlockIo.Operation.COMPARE);
            }
            case NvmOpcode.FLUSH -> {
                io.startBlock = 0;
                io.blocks = 0;
                submit(command, BlockIo.Operation.FLUSH);
            }
            case NvmOpcode.WRITE_ZEROES -> {
                boolean deallocate = BlockCommand.deallocate(Memory.ALL, command.entryBase);
                io.forceUnitAccess = BlockCommand.forceUnitAccess(Memory.ALL, command.entryBase);
                submit(
                        command,
                        deallocate && command.namespace.device().readsZerosAfterDeallocate()
                                ? BlockIo.Operation.DEALLOCATE
                                : BlockIo.Operation.WRITE_ZEROES);
            }
            case NvmOpcode.VERIFY -> verifyNext(command);
            case AdminOpcode.FABRICS -> FabricsCommands.execute(command);
            case NvmOpcode.DATASET_MANAGEMENT -> deallocate(command);
            default -> reservationCommands.execute(command);
        }
    }

    private static void submit(Command command, BlockIo.Operation operation) {
        command.io.operation = operation;
        command.namespace.device().submit(command.io);
    }

    /** Verifies the part that {@link Command#step} (in transfers) says. */
    private void verifyNext(Command command) {
        int partBlocks = options.maxTransferBytes() >>> command.namespace.blockShift();
        long first = BlockCommand.firstBlock(Memory.ALL, command.entryBase);
        int blocks = BlockCommand.blocks(Memory.ALL, command.entryBase);
        long done = (long) command.step * partBlocks;
        if (done >= blocks) {
            finish(command, Status.SUCCESS);
            return;
        }
        command.io.startBlock = first + done;
        command.io.blocks = Math.min(partBlocks, blocks - done);
        command.io.address = command.bufferLength > 0 ? command.dataAddress : 0;
        command.step++;
        submit(command, BlockIo.Operation.READ);
    }

    /** Refuses all ranges when one of them is wrong: none has been touched then. */
    private void deallocate(Command command) {
        MemorySegment memory = command.queue.group().arenaMemory();
        long data = command.dataAddress - memory.address();
        long blocks = command.namespace.device().blockCount();
        int ranges = DatasetManagement.ranges(Memory.ALL, command.entryBase);
        for (int range = 0; command.changesData && range < ranges; range++) {
            long count = DatasetManagement.rangeBlocks(memory, data, range);
            long first = DatasetManagement.rangeFirstBlock(memory, data, range);
            if (count > 0 && !BlockCommand.isInRange(first, count, blocks)) {
                finish(command, Status.withDoNotRetry(Status.LBA_OUT_OF_RANGE));
                return;
            }
        }
        deallocateNext(command);
    }

    /**
     * Deallocates the range that {@link Command#step} says; only a hint, so empty ranges are
     * skipped.
     */
    private void deallocateNext(Command command) {
        MemorySegment memory = command.queue.group().arenaMemory();
        long data = command.dataAddress - memory.address();
        int ranges = DatasetManagement.ranges(Memory.ALL, command.entryBase);
        while (command.changesData && command.step < ranges) {
            int range = command.step++;
            long blocks = DatasetManagement.rangeBlocks(memory, data, range);
            if (blocks > 0) {
                command.io.startBlock = DatasetManagement.rangeFirstBlock(memory, data, range);
                command.io.blocks = blocks;
                submit(command, BlockIo.Operation.DEALLOCATE);
                return;
            }
        }
        finish(command, Status.SUCCESS);
    }

    /** The device has finished what the command asked of it last. */
    void ioCompleted(Command command, int status) {
        // An abandoned command goes no further: it may have been counted out of the namespace.
        if (status == Status.SUCCESS && command.stage != Command.Stage.ABANDONED) {
            switch (command.opcode) {
                case NvmOpcode.READ -> {
                    if (command.bufferLength == 0) {
                        command.dataAddress = command.io.address;
                    }
                    command.sendLength = command.dataLength;
                }
                case NvmOpcode.DATASET_MANAGEMENT -> {
                    deallocateNext(command);
                    return;
                }
                case NvmOpcode.VERIFY -> {
                    verifyNext(command);
                    return;
                }
                default -> {}
            }
        }
        finish(command, status);
    }

    private static void finish(Command command, int status) {
        Namespace namespace = command.namespace;
        count(command, namespace, status);
        command.io.forceUnitAccess = false;
        if (command.pair != null) {
            command.pair.executed(command, status);
            return;
        }
        command.queue.respond(command, status);
        namespace.leave(command);
    }

    private static void count(Command command, Namespace namespace, int status) {
        if (status != Status.SUCCESS) {
            namespace.statistics().failed();
            return;
        }
        NamespaceStatistics.Kind kind =
                switch (command.opcode) {
                    case NvmOpcode.READ -> NamespaceStatistics.Kind.READ;
                    case NvmOpcode.WRITE -> NamespaceStatistics.Kind.WRITE;
                    case NvmOpcode.DATASET_MANAGEMENT -> NamespaceStatistics.Kind.DEALLOCATE;
                    case NvmOpcode.FLUSH -> NamespaceStatistics.Kind.FLUSH;
                    default -> NamespaceStatistics.Kind.OTHER;
                };
        long nanos = command.queue.group().reactor().nowNanos() - command.startedNanos;
        namespace.statistics().completed(kind, command.dataLength, nanos);
    }

    @Override
    public void dropped(Command command) {
        if (command.fusedPart != SubmissionEntry.FUSE_NONE) {
            FusedCommands.dropped(command);
        }
        if (command.namespace != null) {
            command.namespace.leave(command);
        }
    }
}
