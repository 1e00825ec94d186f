package io.mayastor.engine.pool.format;

/**
 * The slot of a partial or sliced region, which lies in pages of that kind.
 *
 * <pre>
 *  0    4    layer that has the region, 0: the slot is free
 *  4    4    region
 *  8    4    cluster (partial)
 * 12    4    valid units
 * 16    4·s  for each of the s slices: valid units in bits 0–15, zero units in bits 16–31
 *  …    8·s  for each slice its {@link Place} (sliced)
 * </pre>
 *
 * A page's content holds as many whole slots as fit; a slot that is larger than that takes pages of
 * its own, and its bytes run on from one page's content to the next.
 */
public final class DetailSlot {
    public static final int LAYER_AT = 0;
    public static final int REGION_AT = 4;
    public static final int CLUSTER_AT = 8;
    public static final int VALID_AT = 12;
    public static final int MASKS_AT = 16;

    private DetailSlot() {}

    public static int bytes(boolean sliced, int slicesPerCluster) {
        return MASKS_AT + (sliced ? Integer.BYTES + Place.BYTES : Integer.BYTES) * slicesPerCluster;
    }

    public static int maskAt(int slice) {
        return MASKS_AT + Integer.BYTES * slice;
    }

    public static int placeAt(int slicesPerCluster, int slice) {
        return MASKS_AT + Integer.BYTES * slicesPerCluster + Place.BYTES * slice;
    }

    /** Slots in one page, 0 when a slot takes more than one. */
    public static int perPage(int slotBytes) {
        return PageHeader.CONTENT_BYTES / slotBytes;
    }

    /** Pages that one slot takes, 1 when several share one. */
    public static int pages(int slotBytes) {
        return (slotBytes + PageHeader.CONTENT_BYTES - 1) / PageHeader.CONTENT_BYTES;
    }

    public static int valid(int mask) {
        return mask & 0xFFFF;
    }

    public static int zero(int mask) {
        return mask >>> 16;
    }

    public static int mask(int valid, int zero) {
        return valid | zero << 16;
    }
}
