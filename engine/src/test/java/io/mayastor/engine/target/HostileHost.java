package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A host that does what it should not: damaged, cut, repeated, invented and misplaced PDUs among
 * right ones, and ends of every kind. It never waits for the target.
 */
final class HostileHost {
    private static final int BLOCK = 4096;
    private static final int[] OPCODES = {
        NvmOpcode.READ,
        NvmOpcode.WRITE,
        NvmOpcode.COMPARE,
        NvmOpcode.WRITE_ZEROES,
        NvmOpcode.VERIFY,
        NvmOpcode.FLUSH,
        NvmOpcode.DATASET_MANAGEMENT,
        NvmOpcode.RESERVATION_REGISTER,
        NvmOpcode.RESERVATION_ACQUIRE,
        NvmOpcode.RESERVATION_REPORT,
        NvmOpcode.RESERVATION_RELEASE,
        0x7f
    };

    private final TargetWorld world;
    private final String nqn;
    private final long seed;
    private final SplittableRandom random;
    private WireHost host;
    private WireHost admin;
    private boolean gone;
    private int terminations;
    private int names;
    private String name;

    HostileHost(TargetWorld world, String nqn, long seed) {
        this.world = world;
        this.nqn = nqn;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** Termination requests it has provoked. */
    int terminations() {
        return terminations;
    }

    void step() {
        if (host == null) {
            begin();
            return;
        }
        if (host.stream().isEnded() || gone) {
            finish();
            return;
        }
        act();
    }

    void close() {
        if (host != null) {
            finish();
        }
    }

    private void begin() {
        gone = false;
        // A new name each time: what it has left in the device holds up nobody but itself.
        name = "nqn.2014-08.org.example:hostile-" + seed + "-" + names++;
        int digests = random.nextInt(4);
        switch (random.nextInt(6)) {
            case 0 -> host = new WireHost(world, world.stream(world.portal));
            case 1 -> host = world.wire(digests, random.nextInt(32));
            case 2 -> host = world.wire(digests, 0).admin(nqn, name, 0);
            default -> {
                admin = world.wire().admin(nqn, name, 0);
                host = world.wire(digests, random.nextInt(32));
                host.connect(
                        nqn,
                        name,
                        admin.controllerId(),
                        1,
                        8 + random.nextInt(25),
                        random.nextInt(8),
                        0);
            }
        }
        host.becomeHostile();
    }

    private void finish() {
        WirePdu said = host.termination();
        if (said != null) {
            terminations++;
            checkTermination(said);
        }
        host.stream().close();
        host = null;
        if (admin != null) {
            admin.stream().close();
            admin = null;
        }
    }

    private void checkTermination(WirePdu said) {
        assertTrue(
                said.fatalStatus() >= 1 && said.fatalStatus() <= 6,
                "a fatal error status that exists: " + said);
        assertTrue(
                contains(host.stream().said(), said.quoted()),
                "the request quotes a header that was never sent: "
                        + Arrays.toString(said.quoted()));
    }

    private static boolean contains(List<byte[]> pieces, byte[] quoted) {
        byte[] all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int end = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, end, piece.length);
            end += piece.length;
        }
        for (int at = 0; at + quoted.length <= all.length; at++) {
            if (Arrays.equals(all, at, at + quoted.length, quoted, 0, quoted.length)) {
                return true;
            }
        }
        return false;
    }

    private void act() {
        switch (random.nextInt(16)) {
            case 0 -> send(damaged(pdu()));
            case 1 -> {
                byte[] whole = pdu();
                send(Arrays.copyOf(whole, 1 + random.nextInt(whole.length)));
            }
            case 2 -> {
                byte[] again = pdu();
                send(again);
                send(again);
            }
            case 3 -> send(noise());
            case 4 -> {
                leave();
            }
            case 5 -> {
                host.stream().stopReading();
                send(pdu());
            }
            case 6 -> host.stream().goOnReading();
            case 7, 8 -> answerAnR2t(true);
            default -> {
                if (random.nextInt(3) == 0) {
                    answerAnR2t(false);
                } else {
                    send(pdu());
                }
            }
        }
    }

    private void leave() {
        gone = true;
        if (random.nextBoolean()) {
            host.stream().shutdown();
        }
    }

    private void send(byte[] bytes) {
        int cut = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.length) : bytes.length;
        host.stream().send(Arrays.copyOf(bytes, cut));
        if (cut < bytes.length) {
            host.stream().send(Arrays.copyOfRange(bytes, cut, bytes.length));
        }
    }

    /** A PDU that is right in its form, though perhaps not here. */
    private byte[] pdu() {
        return switch (random.nextInt(12)) {
            case 0 -> WireHost.icReq(random.nextInt(4), random.nextInt(34));
            case 1 ->
                    host.h2cData(
                            random.nextInt(40),
                            random.nextInt(8),
                            random.nextInt(3) * BLOCK,
                            new byte[4 * (1 + random.nextInt(2000))],
                            random.nextBoolean());
            case 2 ->
                    host.capsule(
                            (to, base, id) ->
                                    ConnectCommand.encode(
                                            to,
                                            base,
                                            id,
                                            random.nextInt(3),
                                            random.nextInt(40) + 1,
                                            random.nextInt(8),
                                            0),
                            random.nextInt(0x10000),
                            WireHost.connectData(
                                    random.nextInt(4) == 0 ? "nqn.2019-05.io.openebs:x" : nqn,
                                    name,
                                    random.nextBoolean()
                                            ? ConnectData.ANY_CONTROLLER
                                            : random.nextInt(8)));
            default -> command();
        };
    }

    private byte[] command() {
        int opcode = OPCODES[random.nextInt(OPCODES.length)];
        long first = random.nextInt(20) == 0 ? random.nextLong() : random.nextInt(1000);
        int blocks = 1 + random.nextInt(random.nextInt(10) == 0 ? 65_536 : 16);
        byte[] data = new byte[random.nextInt(3) == 0 ? 4 * random.nextInt(2049) : 0];
        random.nextBytes(data);
        WireHost.Entry entry =
                data.length > 0
                        ? WireHost.inCapsule(opcode, first, Math.min(blocks, 2), 0, data.length)
                        : WireHost.transport(opcode, first, blocks, BLOCK, 0);
        int fuse = random.nextInt(6) == 0 ? random.nextInt(4) : 0;
        WireHost.Entry made =
                (to, base, id) -> {
                    entry.write(to, base, id);
                    SubmissionEntry.setFuse(to, base, fuse);
                    if (random.nextInt(20) == 0) {
                        to.set(
                                ValueLayout.JAVA_BYTE,
                                base + random.nextInt(SubmissionEntry.LENGTH),
                                (byte) random.nextInt());
                    }
                };
        return host.capsule(made, random.nextInt(60), data);
    }

    private void answerAnR2t(boolean right) {
        List<WirePdu> requests = List.copyOf(host.r2ts().values());
        if (requests.isEmpty()) {
            send(pdu());
            return;
        }
        WirePdu request = requests.get(random.nextInt(requests.size()));
        int length = (int) request.requestedLength();
        host.r2ts().remove(request.commandId());
        if (right) {
            send(
                    host.h2cData(
                            request.commandId(), request.transferTag(), 0, new byte[length], true));
            return;
        }
        int part = Math.max(4, random.nextInt(length + 8) & ~3);
        send(
                host.h2cData(
                        request.commandId(),
                        request.transferTag(),
                        random.nextInt(4) == 0 ? part : 0,
                        new byte[part],
                        random.nextBoolean()));
    }

    private byte[] damaged(byte[] pdu) {
        byte[] wrong = pdu.clone();
        int reach = random.nextBoolean() ? PduHeader.LENGTH : wrong.length;
        for (int i = 0; i <= random.nextInt(3); i++) {
            wrong[random.nextInt(reach)] = (byte) random.nextInt();
        }
        return wrong;
    }

    private byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 100_000 : 300)];
        random.nextBytes(bytes);
        return bytes;
    }
}
