package io.mayastor.engine.pool.format;

import static io.mayastor.engine.pool.format.FormatException.require;

import io.mayastor.engine.ring.Memory;
import java.util.List;
import java.util.UUID;

/**
 * All that is known of a layer but its map. In bytes:
 *
 * <pre>
 *  0  1  kind: 1 replica, 2 snapshot, 3 deleted
 *  1  1  reserved
 *  2  2  flags: 1 thick, 2 pending, 4 discarded, 8 shared
 *  4  4  parent, 0 none
 *  8  8  size in bytes
 * 16  8  parent limit in bytes
 * 24  4  key id
 * 28  4  reserved
 * 32  …  fields, ascending by tag: tag u16, reserved u16, length u32, bytes, padded to 8
 * </pre>
 *
 * A field that does not apply is absent (here: null). The id stands outside, in the page's owner or
 * the journal record.
 *
 * @param parentLimitBytes the smallest size the layer ever had; beyond it a parent is not asked
 * @param createTime RFC 3339, UTC; of snapshots and clones
 * @param parentUuid of a snapshot: the replica it was taken of
 * @param sourceUuid of a clone: its snapshot
 */
@SuppressWarnings("ArrayRecordComponent") // Opaque state that its owners hand over and take back.
public record LayerRecord(
        int id,
        Kind kind,
        int parent,
        long sizeBytes,
        long parentLimitBytes,
        boolean thick,
        boolean pending,
        boolean discarded,
        UUID uuid,
        String name,
        String entityId,
        boolean shared,
        List<String> allowedHosts,
        String txnId,
        String createTime,
        UUID parentUuid,
        UUID sourceUuid,
        byte[] reservations,
        byte[] childRecord,
        int keyId) {

    /** Of a volume, in bytes: its regions can be counted in 31 bits whatever the cluster size. */
    public static final long MAX_SIZE = 1L << 50;

    public static final int MAX_NAME_BYTES = 255;
    public static final int MAX_TEXT_BYTES = 1024;
    public static final int MAX_HOSTS = 128;
    public static final int MAX_HOST_BYTES = 223;
    public static final int MAX_RESERVATIONS_BYTES = 64 << 10;
    public static final int MAX_CHILD_RECORD_BYTES = 4 << 10;

    /** An encoded layer is not longer; two of them fit into one journal block. */
    public static final int MAX_BYTES = 120 << 10;

    private static final int FLAGS_AT = 2;
    private static final int PARENT_AT = 4;
    private static final int SIZE_AT = 8;
    private static final int PARENT_LIMIT_AT = 16;
    private static final int KEY_AT = 24;
    private static final int RESERVED_AT = 28;
    private static final int FIELDS_AT = 32;
    private static final int THICK = 1;
    private static final int PENDING = 2;
    private static final int DISCARDED = 4;
    private static final int SHARED = 8;

    /** What a layer is to its users. */
    public enum Kind {
        REPLICA,
        SNAPSHOT,
        /** Waits to be merged away; nobody sees it. */
        DELETED
    }

    public LayerRecord {
        allowedHosts = allowedHosts == null ? List.of() : List.copyOf(allowedHosts);
        require(id > 0, "layer: id", id);
        require(parent >= 0 && parent != id, "layer: parent", parent);
        require(
                sizeBytes >= 0 && sizeBytes <= MAX_SIZE && sizeBytes % DiskLayout.CLUSTER_STEP == 0,
                "layer: size",
                sizeBytes);
        require(
                parentLimitBytes >= 0
                        && parentLimitBytes <= MAX_SIZE
                        && parentLimitBytes % DiskLayout.CLUSTER_STEP == 0,
                "layer: parent limit",
                parentLimitBytes);
        require(allowedHosts.size() <= MAX_HOSTS, "layer: allowed hosts", allowedHosts.size());
        require(keyId >= 0, "layer: key id", keyId);
    }

    /** A replica's first layer. */
    public static LayerRecord replica(
            int id, UUID uuid, String name, long sizeBytes, boolean thick) {
        return new LayerRecord(
                id,
                Kind.REPLICA,
                0,
                sizeBytes,
                sizeBytes,
                thick,
                false,
                false,
                uuid,
                name,
                null,
                false,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                0);
    }

    /** The layer in its encoded form. */
    public byte[] encoded() {
        LayerFields.Writer fields = new LayerFields.Writer(FIELDS_AT);
        fields.uuid(LayerFields.UUID, uuid);
        fields.text(LayerFields.NAME, name, MAX_NAME_BYTES);
        fields.text(LayerFields.ENTITY_ID, entityId, MAX_TEXT_BYTES);
        for (String host : allowedHosts) {
            fields.text(LayerFields.ALLOWED_HOST, host, MAX_HOST_BYTES);
        }
        fields.text(LayerFields.TXN_ID, txnId, MAX_TEXT_BYTES);
        fields.text(LayerFields.CREATE_TIME, createTime, MAX_NAME_BYTES);
        fields.uuid(LayerFields.PARENT_UUID, parentUuid);
        fields.uuid(LayerFields.SOURCE_UUID, sourceUuid);
        fields.bytes(LayerFields.RESERVATIONS, reservations, MAX_RESERVATIONS_BYTES);
        fields.bytes(LayerFields.CHILD_RECORD, childRecord, MAX_CHILD_RECORD_BYTES);
        byte[] bytes = fields.finish();
        require(bytes.length <= MAX_BYTES, "layer: encoded bytes", bytes.length);
        LayerFields.put(bytes, 0, 1, kind.ordinal() + 1L);
        int flags =
                (thick ? THICK : 0)
                        | (pending ? PENDING : 0)
                        | (discarded ? DISCARDED : 0)
                        | (shared ? SHARED : 0);
        LayerFields.put(bytes, FLAGS_AT, 2, flags);
        LayerFields.put(bytes, PARENT_AT, 4, parent);
        LayerFields.put(bytes, SIZE_AT, 8, sizeBytes);
        LayerFields.put(bytes, PARENT_LIMIT_AT, 8, parentLimitBytes);
        LayerFields.put(bytes, KEY_AT, 4, keyId);
        return bytes;
    }

    /** The layer of this id whose encoded form of {@code length} bytes is at {@code address}. */
    public static LayerRecord decode(int id, long address, int length) {
        require(
                length >= FIELDS_AT && length <= MAX_BYTES && length % 8 == 0,
                "layer: encoded bytes",
                length);
        int head = Memory.getInt(address);
        int kind = head & 0xFF;
        require(kind >= 1 && kind <= Kind.values().length, "layer: kind", kind);
        require((head >>> 8 & 0xFF) == 0, "layer: reserved byte is in use");
        int flags = head >>> 8 * FLAGS_AT;
        require((flags & ~(THICK | PENDING | DISCARDED | SHARED)) == 0, "layer: flags", flags);
        require(Memory.getInt(address + RESERVED_AT) == 0, "layer: reserved field is in use");
        LayerFields.Reader fields = new LayerFields.Reader(address + FIELDS_AT, length - FIELDS_AT);
        UUID uuid = fields.uuid(LayerFields.UUID);
        String name = fields.text(LayerFields.NAME, MAX_NAME_BYTES);
        String entityId = fields.text(LayerFields.ENTITY_ID, MAX_TEXT_BYTES);
        List<String> hosts = fields.texts(LayerFields.ALLOWED_HOST, MAX_HOST_BYTES, MAX_HOSTS);
        String txnId = fields.text(LayerFields.TXN_ID, MAX_TEXT_BYTES);
        String createTime = fields.text(LayerFields.CREATE_TIME, MAX_NAME_BYTES);
        UUID parentUuid = fields.uuid(LayerFields.PARENT_UUID);
        UUID sourceUuid = fields.uuid(LayerFields.SOURCE_UUID);
        byte[] reservations = fields.bytes(LayerFields.RESERVATIONS, MAX_RESERVATIONS_BYTES);
        byte[] childRecord = fields.bytes(LayerFields.CHILD_RECORD, MAX_CHILD_RECORD_BYTES);
        fields.end();
        return new LayerRecord(
                id,
                Kind.values()[kind - 1],
                Memory.getInt(address + PARENT_AT),
                Memory.getLong(address + SIZE_AT),
                Memory.getLong(address + PARENT_LIMIT_AT),
                (flags & THICK) != 0,
                (flags & PENDING) != 0,
                (flags & DISCARDED) != 0,
                uuid,
                name,
                entityId,
                (flags & SHARED) != 0,
                hosts,
                txnId,
                createTime,
                parentUuid,
                sourceUuid,
                reservations,
                childRecord,
                Memory.getInt(address + KEY_AT));
    }

    /** A builder that starts with all of this layer's fields. */
    public Builder with() {
        return new Builder(this);
    }

    /** Makes a layer out of another one, field by field. */
    public static final class Builder {
        private int id;
        private Kind kind;
        private int parent;
        private long sizeBytes;
        private long parentLimitBytes;
        private boolean thick;
        private boolean pending;
        private boolean discarded;
        private UUID uuid;
        private String name;
        private String entityId;
        private boolean shared;
        private List<String> allowedHosts;
        private String txnId;
        private String createTime;
        private UUID parentUuid;
        private UUID sourceUuid;
        private byte[] reservations;
        private byte[] childRecord;
        private int keyId;

        private Builder(LayerRecord from) {
            id = from.id;
            kind = from.kind;
            parent = from.parent;
            sizeBytes = from.sizeBytes;
            parentLimitBytes = from.parentLimitBytes;
            thick = from.thick;
            pending = from.pending;
            discarded = from.discarded;
            uuid = from.uuid;
            name = from.name;
            entityId = from.entityId;
            shared = from.shared;
            allowedHosts = from.allowedHosts;
            txnId = from.txnId;
            createTime = from.createTime;
            parentUuid = from.parentUuid;
            sourceUuid = from.sourceUuid;
            reservations = from.reservations;
            childRecord = from.childRecord;
            keyId = from.keyId;
        }

        public Builder id(int value) {
            id = value;
            return this;
        }

        public Builder kind(Kind value) {
            kind = value;
            return this;
        }

        public Builder parent(int value) {
            parent = value;
            return this;
        }

        public Builder sizeBytes(long value) {
            sizeBytes = value;
            return this;
        }

        public Builder parentLimitBytes(long value) {
            parentLimitBytes = value;
            return this;
        }

        public Builder thick(boolean value) {
            thick = value;
            return this;
        }

        public Builder pending(boolean value) {
            pending = value;
            return this;
        }

        public Builder discarded(boolean value) {
            discarded = value;
            return this;
        }

        public Builder uuid(UUID value) {
            uuid = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder entityId(String value) {
            entityId = value;
            return this;
        }

        public Builder shared(boolean value) {
            shared = value;
            return this;
        }

        public Builder allowedHosts(List<String> value) {
            allowedHosts = value;
            return this;
        }

        public Builder txnId(String value) {
            txnId = value;
            return this;
        }

        public Builder createTime(String value) {
            createTime = value;
            return this;
        }

        public Builder parentUuid(UUID value) {
            parentUuid = value;
            return this;
        }

        public Builder sourceUuid(UUID value) {
            sourceUuid = value;
            return this;
        }

        public Builder reservations(byte[] value) {
            reservations = value;
            return this;
        }

        public Builder childRecord(byte[] value) {
            childRecord = value;
            return this;
        }

        public Builder keyId(int value) {
            keyId = value;
            return this;
        }

        public LayerRecord make() {
            return new LayerRecord(
                    id,
                    kind,
                    parent,
                    sizeBytes,
                    parentLimitBytes,
                    thick,
                    pending,
                    discarded,
                    uuid,
                    name,
                    entityId,
                    shared,
                    allowedHosts,
                    txnId,
                    createTime,
                    parentUuid,
                    sourceUuid,
                    reservations,
                    childRecord,
                    keyId);
        }
    }
}
