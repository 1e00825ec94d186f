package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Namespace Identification Descriptor list, 4096 bytes (Base 2.0 §5.17.2.3): descriptors one after
 * the other, ended by one of length 0.
 *
 * <pre>
 * field  offset  size  unit
 * NIDT   0       1     1 EUI64, 2 NGUID, 3 UUID, 4 command set
 * NIDL   1       1     bytes of NID: 8, 16, 16, 1
 * -      2       2     reserved
 * NID    4       NIDL  the identifier
 * </pre>
 *
 * <p>Descriptors of other types are passed over.
 */
public record NamespaceDescriptors(
        OptionalLong eui64, Optional<UUID> nguid, Optional<UUID> uuid, OptionalInt commandSet) {
    public static final int LENGTH = 4096;

    private static final int HEADER_LENGTH = 4;
    private static final int TYPE_EUI64 = 1;
    private static final int TYPE_NGUID = 2;
    private static final int TYPE_UUID = 3;
    private static final int TYPE_COMMAND_SET = 4;

    public static NamespaceDescriptors decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(
                memory, base, LENGTH, "namespace identification descriptors");
        OptionalLong eui64 = OptionalLong.empty();
        Optional<UUID> nguid = Optional.empty();
        Optional<UUID> uuid = Optional.empty();
        OptionalInt commandSet = OptionalInt.empty();
        long at = base;
        long end = base + LENGTH;
        while (at + HEADER_LENGTH <= end) {
            int type = LittleEndian.u8(memory, at);
            int length = LittleEndian.u8(memory, at + 1);
            if (length == 0) {
                break;
            }
            long value = at + HEADER_LENGTH;
            if (value + length > end) {
                throw new WireFormatException(
                        "namespace descriptor of type %d leaves its list".formatted(type));
            }
            switch (type) {
                case TYPE_EUI64 -> {
                    requireLength(type, length, Long.BYTES);
                    eui64 = OptionalLong.of(GlobalIdentifier.get64(memory, value));
                }
                case TYPE_NGUID -> {
                    requireLength(type, length, 16);
                    nguid = Optional.of(GlobalIdentifier.get128(memory, value));
                }
                case TYPE_UUID -> {
                    requireLength(type, length, 16);
                    uuid = Optional.of(GlobalIdentifier.get128(memory, value));
                }
                case TYPE_COMMAND_SET -> {
                    requireLength(type, length, 1);
                    commandSet = OptionalInt.of(LittleEndian.u8(memory, value));
                }
                default -> {}
            }
            at = value + length;
        }
        return new NamespaceDescriptors(eui64, nguid, uuid, commandSet);
    }

    private static void requireLength(int type, int length, int wanted) {
        if (length != wanted) {
            throw new WireFormatException(
                    "namespace descriptor of type %d has %d bytes, not %d"
                            .formatted(type, length, wanted));
        }
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        long at = base;
        if (eui64.isPresent()) {
            GlobalIdentifier.put64(
                    memory, putHeader(memory, at, TYPE_EUI64, Long.BYTES), eui64.getAsLong());
            at += HEADER_LENGTH + Long.BYTES;
        }
        if (nguid.isPresent()) {
            GlobalIdentifier.put128(memory, putHeader(memory, at, TYPE_NGUID, 16), nguid.get());
            at += HEADER_LENGTH + 16;
        }
        if (uuid.isPresent()) {
            GlobalIdentifier.put128(memory, putHeader(memory, at, TYPE_UUID, 16), uuid.get());
            at += HEADER_LENGTH + 16;
        }
        if (commandSet.isPresent()) {
            LittleEndian.put8(
                    memory, putHeader(memory, at, TYPE_COMMAND_SET, 1), commandSet.getAsInt());
        }
    }

    private static long putHeader(MemorySegment memory, long at, int type, int length) {
        LittleEndian.put8(memory, at, type);
        LittleEndian.put8(memory, at + 1, length);
        return at + HEADER_LENGTH;
    }
}
