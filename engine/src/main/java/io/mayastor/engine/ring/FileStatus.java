package io.mayastor.engine.ring;

import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Size and granularity of an open file, from {@code statx(2)} and, for block devices, {@code
 * ioctl(2)}.
 *
 * <pre>
 *  struct statx   0 mask u32 | 4 blksize u32 | 28 mode u16 | 40 size u64 | 152 dio_mem_align u32 | 156 dio_offset_align u32     (256 bytes)
 * </pre>
 */
final class FileStatus {
    private static final int SIZE = 256;
    private static final int MASK = 0;
    private static final int BLKSIZE = 4;
    private static final int MODE = 28;
    private static final int LENGTH = 40;
    private static final int DIO_MEM_ALIGN = 152;
    private static final int DIO_OFFSET_ALIGN = 156;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_DIOALIGN = 0x2000;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFREG = 0x8000;

    private static final long BLKGETSIZE64 = 0x80081272L;
    private static final long BLKSSZGET = 0x1268;
    private static final long BLKPBSZGET = 0x127b;

    private static final int SMALLEST_BLOCK = 512;

    private FileStatus() {}

    static Kernel.FileDescription describe(int file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            LibC libc = new LibC(arena);
            long status = arena.allocate(SIZE, 8).address();
            long noPath = arena.allocate(1).address();
            LinuxKernel.check(
                    libc.statx(file, noPath, AT_EMPTY_PATH, STATX_BASIC | STATX_DIOALIGN, status),
                    "no status of descriptor",
                    file);
            int type = Memory.getInt(status + MODE) & S_IFMT;
            if (type == S_IFBLK) {
                return describeDisk(libc, file, status, arena);
            }
            if (type != S_IFREG) {
                throw new IOException(
                        "descriptor " + file + " is neither a file nor a block device");
            }
            int align = directAlign(status, Memory.PAGE);
            return new Kernel.FileDescription(
                    false,
                    Memory.getLong(status + LENGTH),
                    SMALLEST_BLOCK,
                    Memory.getInt(status + BLKSIZE),
                    align);
        }
    }

    private static Kernel.FileDescription describeDisk(
            LibC libc, int file, long status, Arena arena) throws IOException {
        long size = query(libc, file, BLKGETSIZE64, arena);
        int logical = (int) query(libc, file, BLKSSZGET, arena);
        int physical = (int) query(libc, file, BLKPBSZGET, arena);
        return new Kernel.FileDescription(
                true, size, logical, physical, directAlign(status, logical));
    }

    private static long query(LibC libc, int file, long request, Arena arena) throws IOException {
        long value = arena.allocate(8, 8).address();
        LinuxKernel.check(
                libc.ioctl(file, request, value),
                "ioctl 0x" + Long.toHexString(request) + " of descriptor",
                file);
        return Memory.getLong(value);
    }

    /**
     * Kernels before 6.1 and some file systems do not tell: then {@code otherwise}, which suits all
     * that allow direct I/O.
     */
    private static int directAlign(long status, int otherwise) {
        if ((Memory.getInt(status + MASK) & STATX_DIOALIGN) == 0) {
            return otherwise;
        }
        int offsetAlign = Memory.getInt(status + DIO_OFFSET_ALIGN);
        return offsetAlign == 0 ? 0 : Math.max(offsetAlign, Memory.getInt(status + DIO_MEM_ALIGN));
    }
}
