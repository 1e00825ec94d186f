package io.mayastor.engine.pool.format;

import static io.mayastor.engine.pool.format.FormatException.require;

import io.mayastor.engine.ring.Memory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The tagged fields of an encoded layer, ascending by tag: tag u16, reserved u16, length u32,
 * bytes, padded with zeros to a multiple of 8. Only allowed hosts come more than once.
 */
final class LayerFields {
    static final int UUID = 1;
    static final int NAME = 2;
    static final int ENTITY_ID = 3;
    static final int ALLOWED_HOST = 4;
    static final int TXN_ID = 5;
    static final int CREATE_TIME = 6;
    static final int PARENT_UUID = 7;
    static final int SOURCE_UUID = 8;
    static final int RESERVATIONS = 9;
    static final int CHILD_RECORD = 10;

    private static final int HEAD_BYTES = 8;
    private static final int UUID_BYTES = 16;

    private LayerFields() {}

    static void put(byte[] bytes, int at, int length, long value) {
        for (int i = 0; i < length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Collects fields behind a fixed part that its user fills in. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

        Writer(int fixedBytes) {
            out.writeBytes(new byte[fixedBytes]);
        }

        void uuid(int tag, java.util.UUID value) {
            if (value != null) {
                field(
                        tag,
                        ByteBuffer.allocate(UUID_BYTES)
                                .putLong(value.getMostSignificantBits())
                                .putLong(value.getLeastSignificantBits())
                                .array());
            }
        }

        void text(int tag, String value, int max) {
            if (value != null) {
                field(tag, Text.encode(value, max));
            }
        }

        void bytes(int tag, byte[] value, int max) {
            if (value != null) {
                require(value.length <= max, "layer: bytes of field " + tag, value.length);
                field(tag, value);
            }
        }

        private void field(int tag, byte[] value) {
            byte[] head = new byte[HEAD_BYTES];
            put(head, 0, 2, tag);
            put(head, 4, 4, value.length);
            out.writeBytes(head);
            out.writeBytes(value);
            out.writeBytes(new byte[-value.length & 7]);
        }

        byte[] finish() {
            return out.toByteArray();
        }
    }

    /** Reads the fields in the order of their tags. */
    static final class Reader {
        private final long address;
        private final int length;
        private int at;

        Reader(long address, int length) {
            this.address = address;
            this.length = length;
        }

        java.util.UUID uuid(int tag) {
            byte[] bytes = bytes(tag, UUID_BYTES);
            if (bytes == null) {
                return null;
            }
            require(bytes.length == UUID_BYTES, "layer: bytes of field " + tag, bytes.length);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new java.util.UUID(buffer.getLong(), buffer.getLong());
        }

        String text(int tag, int max) {
            byte[] bytes = bytes(tag, max);
            return bytes == null ? null : Text.decode(bytes, "layer: field " + tag);
        }

        List<String> texts(int tag, int max, int maxCount) {
            List<String> texts = new ArrayList<>();
            for (String text = text(tag, max); text != null; text = text(tag, max)) {
                require(texts.size() < maxCount, "layer: too many fields " + tag);
                texts.add(text);
            }
            return texts;
        }

        /** The field if it comes next, else null. */
        byte[] bytes(int tag, int max) {
            if (length - at < HEAD_BYTES || Memory.getInt(address + at) != tag) {
                return null;
            }
            int size = Memory.getInt(address + at + 4);
            require(
                    size >= 0 && size <= max && size <= length - at - HEAD_BYTES,
                    "layer: bytes of field " + tag,
                    size);
            byte[] bytes = Text.bytes(address + at + HEAD_BYTES, size);
            at += HEAD_BYTES + size;
            for (; at % 8 != 0; at++) {
                require(Memory.getByte(address + at) == 0, "layer: padding of field " + tag);
            }
            return bytes;
        }

        void end() {
            require(at == length, "layer: bytes that are no known field", (long) length - at);
        }
    }
}
