package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;

/**
 * A slot for one command in progress: pooled, used again and again. Owner thread: the reactor of
 * its {@link ConnectionGroup}.
 *
 * <p>Its number is the transfer tag of its R2Ts.
 */
final class Command implements BlockIo.Listener {
    /** Bits 1:0 of an opcode or Fabrics command type (Base 2.0 §3.3.3.1): the host sends data. */
    private static final int HOST_SENDS = 1;

    private static final int DIRECTION_MASK = 3;

    /** Where a command stands. */
    enum Stage {
        FREE,
        /** Being decoded, inside the handling of its capsule, or being answered. */
        NEW,
        /**
         * Put aside by {@link CommandSet#admit}: paused, frozen, or waiting for its fused partner.
         */
        HELD,
        /** Waits in the {@link Backlog}, for memory, quota or room to send. */
        AWAITS_BUFFER,
        /** The host has been asked for its data. */
        AWAITS_DATA,
        /** Being executed; must run to its end even when the connection is gone. */
        STARTED,
        /** Started, and lost by an internal error: nobody waits for it. */
        ABANDONED,
        /** Waits for room in the send batch. */
        AWAITS_SEND,
        /** Answered; its buffer is being sent. */
        SENDING
    }

    final int index;

    /** Native address at which the submission entry is kept. */
    final long entryBase;

    final BlockIo io = new BlockIo(this);

    Stage stage = Stage.FREE;
    QueuePair queue;
    CommandSet commandSet;
    int commandId;
    int opcode;

    /** Data goes from the host to the controller. */
    boolean hostSends;

    /** Namespace of an NVM command, once found. */
    Namespace namespace;

    /** Bytes the host sends or gets; set by {@link CommandSet#prepare}. */
    int dataLength;

    /** The data to be sent needs a buffer of ours; set by {@link CommandSet#prepare}. */
    boolean needsBuffer;

    /**
     * It changes what is stored: a new association of the host waits for it; set by {@link
     * CommandSet#prepare}.
     */
    boolean changesData;

    boolean dataInCapsule;

    /** Where the data lies; the command's own memory when {@link #bufferLength} is not 0. */
    long dataAddress;

    /** Length with which the arena gave the buffer out; 0 without one. */
    int bufferLength;

    /** The data of the host is complete. */
    boolean dataPresent;

    /** Bytes of an R2T transfer that have come or are coming. */
    int received;

    /** When the host was asked for the data. */
    long askedNanos;

    /** When it was {@linkplain Stage#ABANDONED abandoned}. */
    long abandonedNanos;

    /** Bytes charged to the R2T quota. */
    int r2tCharged;

    /** Counted by its namespace as being executed. */
    boolean admitted;

    /** Step of a command that is done in several, such as deallocate. */
    int step;

    /** FUSE of the submission entry. */
    int fusedPart;

    /** The fused pair it belongs to, once both halves have come. */
    FusedPair pair;

    /** Set while a Preempt and Abort waits for the end of this command. */
    PreemptedCommands preempted;

    int status;

    /** DW0 and DW1 of the response. */
    long result;

    /** Bytes to send as C2HData before the response. */
    int sendLength;

    long startedNanos;

    /** What it lacks while it waits in the {@link Backlog}; null: room to send. */
    WaitingLine awaits;

    /** Its place in the {@link Backlog}. */
    long ticket;

    Command next;
    Command previous;
    CommandList list;

    Command(int index, long entriesAddress) {
        this.index = index;
        this.entryBase = entriesAddress + (long) index * SubmissionEntry.LENGTH;
    }

    /** Starts a new use with the submission entry at {@code entry}. */
    void begin(QueuePair of, CommandSet meaning, long entry, long now) {
        for (int at = 0; at < SubmissionEntry.LENGTH; at += Long.BYTES) {
            Memory.putLong(entryBase + at, Memory.getLong(entry + at));
        }
        reset();
        queue = of;
        commandSet = meaning;
        opcode = SubmissionEntry.opcode(Memory.ALL, entryBase);
        commandId = SubmissionEntry.commandId(Memory.ALL, entryBase);
        int direction =
                opcode == AdminOpcode.FABRICS
                        ? SubmissionEntry.fabricsType(Memory.ALL, entryBase)
                        : opcode;
        hostSends = (direction & DIRECTION_MASK) == HOST_SENDS;
        startedNanos = now;
    }

    /** Forgets the former use; the buffer has been given back by then. */
    private void reset() {
        stage = Stage.NEW;
        namespace = null;
        dataLength = 0;
        needsBuffer = false;
        changesData = false;
        dataInCapsule = false;
        dataAddress = 0;
        dataPresent = false;
        received = 0;
        admitted = false;
        step = 0;
        pair = null;
        preempted = null;
        awaits = null;
        fusedPart = 0;
        status = 0;
        result = 0;
        sendLength = 0;
    }

    @Override
    public void completed(BlockIo finished) {
        QueuePair owner = queue;
        try {
            ((NvmCommandSet) commandSet).ioCompleted(this, finished.status);
        } catch (RuntimeException e) {
            if (queue == owner) {
                owner.abandon(this);
            }
            owner.connection().failed(e);
        }
    }
}
