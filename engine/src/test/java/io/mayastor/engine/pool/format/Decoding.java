package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;

/** What must hold for whatever a disk gives, checked by the property and the fuzz test. */
enum Decoding {
    LABEL(BlockHeader.LABEL) {
        @Override
        void decodeAndCompare(NativeBytes memory, NativeBytes copy) {
            Label label = Label.decode(CHECKSUM, memory.address());
            label.encode(CHECKSUM, copy.address());
            require(label.equals(Label.decode(CHECKSUM, copy.address())), label);
        }
    },
    ROOT(BlockHeader.ROOT) {
        @Override
        void decodeAndCompare(NativeBytes memory, NativeBytes copy) {
            Root root =
                    Root.decode(
                            CHECKSUM,
                            memory.address(),
                            memory.length(),
                            Samples.POOL,
                            1,
                            Samples.CLUSTER);
            root.encode(CHECKSUM, copy.address(), Samples.CLUSTER);
            require(root.bytes() == BlockHeader.length(memory.address()), root);
        }
    },
    PAGE(BlockHeader.PAGE) {
        @Override
        void decodeAndCompare(NativeBytes memory, NativeBytes copy) {
            String problem = PageHeader.problem(CHECKSUM, memory.address(), Samples.POOL, 1);
            if (problem != null) {
                throw new FormatException(problem);
            }
            require(PageHeader.type(memory.address()) <= PageHeader.LAYER, "type");
        }
    },
    JOURNAL(BlockHeader.JOURNAL) {
        @Override
        void decodeAndCompare(NativeBytes memory, NativeBytes copy) {
            String problem =
                    JournalBlock.problem(CHECKSUM, memory.address(), memory.length(), Samples.POOL);
            if (problem != null) {
                throw new FormatException(problem);
            }
            int count = JournalBlock.records(memory.address()).size();
            require(count == JournalBlock.count(memory.address()), count);
        }
    },
    LAYER(0) {
        @Override
        void decodeAndCompare(NativeBytes memory, NativeBytes copy) {
            int length = Memory.getInt(memory.address() + 28) & 0xFFF8;
            Memory.putInt(memory.address() + 28, 0);
            LayerRecord layer = LayerRecord.decode(5, memory.address(), length);
            require(layer.encoded().length == length, layer);
        }
    };

    private static final Checksum CHECKSUM = new Checksum();

    private final long magic;

    Decoding(long magic) {
        this.magic = magic;
    }

    abstract void decodeAndCompare(NativeBytes memory, NativeBytes copy);

    /** Takes or refuses the bytes as they are, then with a header that fits them. */
    int check(NativeBytes memory, NativeBytes copy) {
        int taken = decode(memory, copy);
        if (magic != 0) {
            int length = BlockHeader.length(memory.address());
            boolean fits = length >= 4096 && length <= memory.length() && length % 4096 == 0;
            BlockHeader.seal(
                    CHECKSUM,
                    memory.address(),
                    fits ? length : 4096,
                    magic,
                    Samples.POOL,
                    BlockHeader.sequence(memory.address()),
                    1,
                    BlockHeader.epoch(memory.address()));
            taken += decode(memory, copy);
        }
        return taken;
    }

    private int decode(NativeBytes memory, NativeBytes copy) {
        try {
            decodeAndCompare(memory, copy);
            return 1;
        } catch (FormatException refused) {
            return 0;
        }
    }

    static void require(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError("taken, but not what it was: " + what);
        }
    }
}
