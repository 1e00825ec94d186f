package io.mayastor.engine.ring;

/**
 * Numbers of Linux' io_uring interface (include/uapi/linux/io_uring.h), under the kernel's names.
 *
 * <pre>
 *  SQE  0 opcode u8 | 1 flags u8 | 2 ioprio u16 | 4 fd s32 | 8 off u64 | 16 addr u64 | 24 len u32 | 28 op flags u32
 *       32 user_data u64 | 40 buf_index/buf_group u16, personality u16, file_index u32 | 48 addr3 u64 | 56 reserved      (64 bytes)
 *  CQE  0 user_data u64 | 8 res s32 | 12 flags u32                                                                       (16 bytes)
 * </pre>
 */
final class UringAbi {
    static final int SQE_SIZE = 64;
    static final int CQE_SIZE = 16;

    static final long SYS_SETUP = 425;
    static final long SYS_ENTER = 426;
    static final long SYS_REGISTER = 427;

    static final int SETUP_CQSIZE = 1 << 3;
    static final int SETUP_SUBMIT_ALL = 1 << 7;
    static final int SETUP_COOP_TASKRUN = 1 << 8;
    static final int SETUP_TASKRUN_FLAG = 1 << 9;
    static final int SETUP_SINGLE_ISSUER = 1 << 12;
    static final int SETUP_DEFER_TASKRUN = 1 << 13;

    static final int PARAMS_SIZE = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_CQ_ENTRIES = 4;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_FEATURES = 20;
    static final int PARAMS_SQ_HEAD = 40;
    static final int PARAMS_SQ_TAIL = 44;
    static final int PARAMS_SQ_FLAGS = 56;
    static final int PARAMS_SQ_ARRAY = 64;
    static final int PARAMS_CQ_HEAD = 80;
    static final int PARAMS_CQ_TAIL = 84;
    static final int PARAMS_CQ_CQES = 100;

    static final long OFF_SQ_RING = 0;
    static final long OFF_SQES = 0x10000000L;

    static final int FEAT_SINGLE_MMAP = 1;
    static final int FEAT_NODROP = 1 << 1;
    static final int FEAT_FAST_POLL = 1 << 5;
    static final int FEAT_EXT_ARG = 1 << 8;
    static final int FEAT_NO_IOWAIT = 1 << 17;

    static final int ENTER_GETEVENTS = 1;
    static final int ENTER_EXT_ARG = 1 << 3;
    static final int ENTER_REGISTERED_RING = 1 << 4;
    static final int ENTER_NO_IOWAIT = 1 << 7;

    static final int SQ_CQ_OVERFLOW = 1 << 1;
    static final int SQ_TASKRUN = 1 << 2;

    static final int CQE_F_BUFFER = 1;

    static final int SQE_FIXED_FILE = 1;
    static final int SQE_BUFFER_SELECT = 1 << 5;

    static final int OP_FSYNC = 3;
    static final int OP_READ_FIXED = 4;
    static final int OP_WRITE_FIXED = 5;
    static final int OP_POLL_ADD = 6;
    static final int OP_SENDMSG = 9;
    static final int OP_ACCEPT = 13;
    static final int OP_ASYNC_CANCEL = 14;
    static final int OP_CONNECT = 16;
    static final int OP_FALLOCATE = 17;
    static final int OP_CLOSE = 19;
    static final int OP_READ = 22;
    static final int OP_WRITE = 23;
    static final int OP_RECV = 27;
    static final int OP_SHUTDOWN = 34;
    static final int OP_MSG_RING = 40;
    static final int OP_URING_CMD = 46;
    static final int OP_LAST_PROBED = 64;

    static final int FSYNC_DATASYNC = 1;
    static final int BLOCK_URING_CMD_DISCARD = 0x1200;

    static final int REGISTER_FILES_UPDATE = 6;
    static final int REGISTER_PROBE = 8;
    static final int REGISTER_FILES2 = 13;
    static final int REGISTER_BUFFERS2 = 15;
    static final int REGISTER_BUFFERS_UPDATE = 16;
    static final int REGISTER_RING_FDS = 20;
    static final int REGISTER_PBUF_RING = 22;
    static final int UNREGISTER_PBUF_RING = 23;
    static final int REGISTER_SEND_MSG_RING = 31;
    static final int RSRC_REGISTER_SPARSE = 1;
    static final int RSRC_SIZE = 32;

    private UringAbi() {}
}
