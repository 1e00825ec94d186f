package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.util.Arrays;

/**
 * The slots of partial, or of sliced, regions and the pages they lie in. Pages come in groups: one
 * page with several slots, or one slot with several pages. A group without a slot in use gives its
 * pages back.
 */
final class SlotSpace {
    private static final int NO_PAGE = -1;

    private final PageTable table;
    private final int type;
    private final int slotBytes;
    private final int slotsPerGroup;
    private final int pagesPerGroup;

    private int[] pages = new int[0]; // by index in this space
    private long[] contents = new long[0];
    private int[] usedInGroup = new int[0];
    private int groups;
    private int slotsInUse;
    private final RoomList withRoom = new RoomList();
    private final IntStack holes = new IntStack();

    SlotSpace(PageTable table, int type, Geometry geometry) {
        this.table = table;
        this.type = type;
        slotBytes = DetailSlot.bytes(type == PageHeader.SLICED, geometry.slicesPerCluster());
        slotsPerGroup = Math.max(1, DetailSlot.perPage(slotBytes));
        pagesPerGroup = DetailSlot.pages(slotBytes);
    }

    /** Where a field of a slot is. No field crosses a page. */
    long address(int slot, int offset) {
        if (pagesPerGroup == 1) {
            int page = slot / slotsPerGroup;
            return contents[page] + (long) (slot - page * slotsPerGroup) * slotBytes + offset;
        }
        return contents[slot * pagesPerGroup + offset / PageHeader.CONTENT_BYTES]
                + offset % PageHeader.CONTENT_BYTES;
    }

    int getInt(int slot, int offset) {
        return Memory.getInt(address(slot, offset));
    }

    long getLong(int slot, int offset) {
        return Memory.getLong(address(slot, offset));
    }

    void putInt(int slot, int offset, int value) {
        touch(slot, offset);
        Memory.putInt(address(slot, offset), value);
    }

    void putLong(int slot, int offset, long value) {
        touch(slot, offset);
        Memory.putLong(address(slot, offset), value);
    }

    /** A slot for a region of a layer, otherwise zero. */
    int allocate(int layer, int region) {
        int group = withRoom.isEmpty() ? addGroup() : withRoom.first();
        int slot = firstFree(group);
        if (++usedInGroup[group] == slotsPerGroup) {
            withRoom.remove(group);
        }
        slotsInUse++;
        putInt(slot, DetailSlot.LAYER_AT, layer);
        putInt(slot, DetailSlot.REGION_AT, region);
        return slot;
    }

    void free(int slot) {
        int group = slot / slotsPerGroup;
        slotsInUse--;
        if (--usedInGroup[group] == 0) {
            withRoom.remove(group);
            holes.push(group);
            for (int i = group * pagesPerGroup; i < (group + 1) * pagesPerGroup; i++) {
                table.free(pages[i]);
                pages[i] = NO_PAGE;
                contents[i] = 0;
            }
            return;
        }
        touch(slot, 0);
        Memory.zero(address(slot, 0), slotBytes);
        withRoom.addLast(group);
    }

    int pagesPerGroup() {
        return pagesPerGroup;
    }

    int slotsInUse() {
        return slotsInUse;
    }

    long memoryBytes() {
        return 12L * pages.length
                + 4L * usedInGroup.length
                + withRoom.memoryBytes()
                + holes.memoryBytes();
    }

    /** Takes over a loaded page; false when there is one with that index or cannot be. */
    boolean load(int page, int index) {
        if (index >= table.pages()) {
            return false;
        }
        ensure(index / pagesPerGroup + 1);
        if (pages[index] != NO_PAGE) {
            return false;
        }
        pages[index] = page;
        contents[index] = table.content(page);
        return true;
    }

    /** Counts what was loaded; false when a slot lacks some of its pages. */
    boolean loaded() {
        boolean whole = true;
        for (int group = 0; group < groups; group++) {
            int present = 0;
            for (int i = group * pagesPerGroup; i < (group + 1) * pagesPerGroup; i++) {
                present += pages[i] == NO_PAGE ? 0 : 1;
            }
            if (present == 0) {
                holes.push(group);
                continue;
            }
            if (present < pagesPerGroup) {
                whole = false;
                continue;
            }
            for (int slot = group * slotsPerGroup; slot < (group + 1) * slotsPerGroup; slot++) {
                usedInGroup[group] += isUsed(slot) ? 1 : 0;
            }
            slotsInUse += usedInGroup[group];
            if (usedInGroup[group] < slotsPerGroup) {
                withRoom.addLast(group);
            }
        }
        return whole;
    }

    /** Slots that there may be, in use or not. */
    int slots() {
        return groups * slotsPerGroup;
    }

    boolean isUsed(int slot) {
        return slot < slots()
                && pages[slot / slotsPerGroup * pagesPerGroup] != NO_PAGE
                && getInt(slot, DetailSlot.LAYER_AT) != 0;
    }

    private void touch(int slot, int offset) {
        table.touch(
                pages[
                        pagesPerGroup == 1
                                ? slot / slotsPerGroup
                                : slot * pagesPerGroup + offset / PageHeader.CONTENT_BYTES]);
    }

    private int firstFree(int group) {
        int slot = group * slotsPerGroup;
        while (getInt(slot, DetailSlot.LAYER_AT) != 0) {
            slot++;
        }
        return slot;
    }

    private int addGroup() {
        int group = holes.isEmpty() ? groups : holes.pop();
        ensure(group + 1);
        for (int i = group * pagesPerGroup; i < (group + 1) * pagesPerGroup; i++) {
            pages[i] = table.allocate(type, 0, i);
            contents[i] = table.content(pages[i]);
        }
        withRoom.addLast(group);
        return group;
    }

    private void ensure(int wanted) {
        if (wanted <= groups) {
            return;
        }
        int from = pages.length;
        if (wanted * pagesPerGroup > from) {
            int room = Math.max(wanted, groups + (groups >> 1) + 8);
            pages = Arrays.copyOf(pages, room * pagesPerGroup);
            Arrays.fill(pages, from, pages.length, NO_PAGE);
            contents = Arrays.copyOf(contents, room * pagesPerGroup);
            usedInGroup = Arrays.copyOf(usedInGroup, room);
        }
        groups = wanted;
    }
}
