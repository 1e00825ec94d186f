package io.mayastor.engine.nvme;

/**
 * Status of a completed command (Base 2.0 §3.3.3.2.1, NVM Command Set 1.0 §3.1.2, path statuses
 * Base 2.0 §3.3.3.2.1.4).
 *
 * <p>One int, the status field of a completion entry without its phase bit:
 *
 * <pre>
 * bits   7:0  SC   status code
 * bits  10:8  SCT  status code type: 0 generic, 1 command specific, 2 media and data integrity, 3 path, 7 vendor
 * bits 12:11  CRD  command retry delay index, 0 none
 * bit     13  M    more: the error log has more
 * bit     14  DNR  do not retry
 * </pre>
 *
 * <p>Constants carry neither DNR nor M nor CRD. The codes 180h to 185h mean one thing for Fabrics
 * commands and another for commands of the NVM command set, hence two constants each.
 */
public final class Status {
    /** Do not retry: the same command would fail again on any path. */
    public static final int DNR = 1 << 14;

    /** The error information log page has more. */
    public static final int MORE = 1 << 13;

    private static final int CRD_SHIFT = 11;
    private static final int CODE_MASK = 0x7ff;

    // Status code types
    public static final int TYPE_GENERIC = 0;
    public static final int TYPE_COMMAND_SPECIFIC = 1;
    public static final int TYPE_MEDIA = 2;
    public static final int TYPE_PATH = 3;
    public static final int TYPE_VENDOR = 7;

    // Generic
    public static final int SUCCESS = 0x000;
    public static final int INVALID_OPCODE = 0x001;
    public static final int INVALID_FIELD = 0x002;
    public static final int COMMAND_ID_CONFLICT = 0x003;
    public static final int DATA_TRANSFER_ERROR = 0x004;
    public static final int ABORTED_POWER_LOSS = 0x005;
    public static final int INTERNAL_ERROR = 0x006;
    public static final int ABORT_REQUESTED = 0x007;
    public static final int ABORTED_SQ_DELETION = 0x008;
    public static final int ABORTED_FAILED_FUSED = 0x009;
    public static final int ABORTED_MISSING_FUSED = 0x00a;
    public static final int INVALID_NAMESPACE_OR_FORMAT = 0x00b;
    public static final int COMMAND_SEQUENCE_ERROR = 0x00c;
    public static final int INVALID_SGL_SEGMENT_DESCRIPTOR = 0x00d;
    public static final int INVALID_SGL_DESCRIPTOR_COUNT = 0x00e;
    public static final int DATA_SGL_LENGTH_INVALID = 0x00f;
    public static final int METADATA_SGL_LENGTH_INVALID = 0x010;
    public static final int SGL_DESCRIPTOR_TYPE_INVALID = 0x011;
    public static final int INVALID_CONTROLLER_MEMORY_BUFFER = 0x012;
    public static final int PRP_OFFSET_INVALID = 0x013;
    public static final int ATOMIC_WRITE_UNIT_EXCEEDED = 0x014;
    public static final int OPERATION_DENIED = 0x015;
    public static final int SGL_OFFSET_INVALID = 0x016;
    public static final int HOST_ID_INCONSISTENT_FORMAT = 0x018;
    public static final int KEEP_ALIVE_EXPIRED = 0x019;
    public static final int KEEP_ALIVE_INVALID = 0x01a;
    public static final int ABORTED_PREEMPT = 0x01b;
    public static final int SANITIZE_FAILED = 0x01c;
    public static final int SANITIZE_IN_PROGRESS = 0x01d;
    public static final int SGL_GRANULARITY_INVALID = 0x01e;
    public static final int NOT_SUPPORTED_IN_CMB = 0x01f;
    public static final int NAMESPACE_WRITE_PROTECTED = 0x020;
    public static final int COMMAND_INTERRUPTED = 0x021;
    public static final int TRANSIENT_TRANSPORT_ERROR = 0x022;
    public static final int PROHIBITED_BY_LOCKDOWN = 0x023;
    public static final int ADMIN_MEDIA_NOT_READY = 0x024;
    public static final int LBA_OUT_OF_RANGE = 0x080;
    public static final int CAPACITY_EXCEEDED = 0x081;
    public static final int NAMESPACE_NOT_READY = 0x082;
    public static final int RESERVATION_CONFLICT = 0x083;
    public static final int FORMAT_IN_PROGRESS = 0x084;

    // Command specific, any command set
    public static final int COMPLETION_QUEUE_INVALID = 0x100;
    public static final int INVALID_QUEUE_ID = 0x101;
    public static final int INVALID_QUEUE_SIZE = 0x102;
    public static final int ABORT_LIMIT_EXCEEDED = 0x103;
    public static final int ASYNC_EVENT_LIMIT_EXCEEDED = 0x105;
    public static final int INVALID_FIRMWARE_SLOT = 0x106;
    public static final int INVALID_FIRMWARE_IMAGE = 0x107;
    public static final int INVALID_INTERRUPT_VECTOR = 0x108;
    public static final int INVALID_LOG_PAGE = 0x109;
    public static final int INVALID_FORMAT = 0x10a;
    public static final int FIRMWARE_NEEDS_CONVENTIONAL_RESET = 0x10b;
    public static final int INVALID_QUEUE_DELETION = 0x10c;
    public static final int FEATURE_NOT_SAVEABLE = 0x10d;
    public static final int FEATURE_NOT_CHANGEABLE = 0x10e;
    public static final int FEATURE_NOT_NAMESPACE_SPECIFIC = 0x10f;
    public static final int FIRMWARE_NEEDS_SUBSYSTEM_RESET = 0x110;
    public static final int FIRMWARE_NEEDS_CONTROLLER_RESET = 0x111;
    public static final int FIRMWARE_MAXIMUM_TIME_VIOLATION = 0x112;
    public static final int FIRMWARE_ACTIVATION_PROHIBITED = 0x113;
    public static final int OVERLAPPING_RANGE = 0x114;
    public static final int NAMESPACE_INSUFFICIENT_CAPACITY = 0x115;
    public static final int NAMESPACE_ID_UNAVAILABLE = 0x116;
    public static final int NAMESPACE_ALREADY_ATTACHED = 0x118;
    public static final int NAMESPACE_IS_PRIVATE = 0x119;
    public static final int NAMESPACE_NOT_ATTACHED = 0x11a;
    public static final int THIN_PROVISIONING_NOT_SUPPORTED = 0x11b;
    public static final int CONTROLLER_LIST_INVALID = 0x11c;
    public static final int SELF_TEST_IN_PROGRESS = 0x11d;
    public static final int BOOT_PARTITION_WRITE_PROHIBITED = 0x11e;
    public static final int INVALID_CONTROLLER_ID = 0x11f;
    public static final int INVALID_SECONDARY_CONTROLLER_STATE = 0x120;
    public static final int INVALID_CONTROLLER_RESOURCE_COUNT = 0x121;
    public static final int INVALID_RESOURCE_ID = 0x122;
    public static final int SANITIZE_PROHIBITED = 0x123;
    public static final int ANA_GROUP_ID_INVALID = 0x124;
    public static final int ANA_ATTACH_FAILED = 0x125;
    public static final int INSUFFICIENT_CAPACITY = 0x126;
    public static final int NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED = 0x127;
    public static final int PROHIBITION_NOT_SUPPORTED = 0x128;
    public static final int IO_COMMAND_SET_NOT_SUPPORTED = 0x129;
    public static final int IO_COMMAND_SET_NOT_ENABLED = 0x12a;
    public static final int IO_COMMAND_SET_COMBINATION_REJECTED = 0x12b;
    public static final int INVALID_IO_COMMAND_SET = 0x12c;
    public static final int IDENTIFIER_UNAVAILABLE = 0x12d;

    // Command specific, NVM command set
    public static final int CONFLICTING_ATTRIBUTES = 0x180;
    public static final int INVALID_PROTECTION_INFORMATION = 0x181;
    public static final int WRITE_TO_READ_ONLY_RANGE = 0x182;
    public static final int COMMAND_SIZE_LIMIT_EXCEEDED = 0x183;

    // Command specific, Fabrics
    public static final int CONNECT_INCOMPATIBLE_FORMAT = 0x180;
    public static final int CONNECT_CONTROLLER_BUSY = 0x181;
    public static final int CONNECT_INVALID_PARAMETERS = 0x182;
    public static final int CONNECT_RESTART_DISCOVERY = 0x183;
    public static final int CONNECT_INVALID_HOST = 0x184;
    public static final int INVALID_QUEUE_TYPE = 0x185;
    public static final int DISCOVER_RESTART = 0x190;
    public static final int AUTHENTICATION_REQUIRED = 0x191;

    // Media and data integrity
    public static final int WRITE_FAULT = 0x280;
    public static final int UNRECOVERED_READ_ERROR = 0x281;
    public static final int GUARD_CHECK_ERROR = 0x282;
    public static final int APPLICATION_TAG_CHECK_ERROR = 0x283;
    public static final int REFERENCE_TAG_CHECK_ERROR = 0x284;
    public static final int COMPARE_FAILURE = 0x285;
    public static final int ACCESS_DENIED = 0x286;
    public static final int DEALLOCATED_OR_UNWRITTEN_BLOCK = 0x287;
    public static final int STORAGE_TAG_CHECK_ERROR = 0x288;

    // Path related
    public static final int INTERNAL_PATH_ERROR = 0x300;
    public static final int ANA_PERSISTENT_LOSS = 0x301;
    public static final int ANA_INACCESSIBLE = 0x302;
    public static final int ANA_TRANSITION = 0x303;
    public static final int CONTROLLER_PATHING_ERROR = 0x360;
    public static final int HOST_PATHING_ERROR = 0x370;
    public static final int ABORTED_BY_HOST = 0x371;

    private Status() {}

    /** Type and code without CRD, M and DNR: comparable with the constants. */
    public static int code(int status) {
        return status & CODE_MASK;
    }

    /** SCT. */
    public static int type(int status) {
        return status >>> 8 & 7;
    }

    public static boolean isSuccess(int status) {
        return (status & CODE_MASK) == SUCCESS;
    }

    public static boolean isDoNotRetry(int status) {
        return (status & DNR) != 0;
    }

    /** Whether another path to the same namespace may succeed. */
    public static boolean isPathError(int status) {
        return type(status) == TYPE_PATH;
    }

    public static int withDoNotRetry(int status) {
        return status | DNR;
    }

    /** Index of the retry delay, 1 to 3, into CRDT1…CRDT3 of identify controller; 0 for none. */
    public static int retryDelay(int status) {
        return status >>> CRD_SHIFT & 3;
    }

    public static int withRetryDelay(int status, int index) {
        return (status & ~(3 << CRD_SHIFT)) | (index & 3) << CRD_SHIFT;
    }

    /** Words for logs: name of the code, its number, DNR. */
    public static String name(int status) {
        String text = "%s (0x%03x)".formatted(words(code(status), false), code(status));
        return isDoNotRetry(status) ? text + ", do not retry" : text;
    }

    /** As {@link #name}, for the status of a Fabrics command. */
    public static String fabricsName(int status) {
        String text = "%s (0x%03x)".formatted(words(code(status), true), code(status));
        return isDoNotRetry(status) ? text + ", do not retry" : text;
    }

    private static String words(int code, boolean fabrics) {
        if (code >= CONNECT_INCOMPATIBLE_FORMAT && code <= AUTHENTICATION_REQUIRED) {
            return fabrics ? fabricsWords(code) : commandSetWords(code);
        }
        return switch (code) {
            case SUCCESS -> "success";
            case INVALID_OPCODE -> "invalid command opcode";
            case INVALID_FIELD -> "invalid field in command";
            case COMMAND_ID_CONFLICT -> "command identifier conflict";
            case DATA_TRANSFER_ERROR -> "data transfer error";
            case ABORTED_POWER_LOSS -> "aborted by power loss";
            case INTERNAL_ERROR -> "internal error";
            case ABORT_REQUESTED -> "command abort requested";
            case ABORTED_SQ_DELETION -> "aborted by submission queue deletion";
            case ABORTED_FAILED_FUSED -> "aborted because the other fused command failed";
            case ABORTED_MISSING_FUSED -> "aborted because the other fused command is missing";
            case INVALID_NAMESPACE_OR_FORMAT -> "invalid namespace or format";
            case COMMAND_SEQUENCE_ERROR -> "command sequence error";
            case INVALID_SGL_SEGMENT_DESCRIPTOR -> "invalid SGL segment descriptor";
            case INVALID_SGL_DESCRIPTOR_COUNT -> "invalid number of SGL descriptors";
            case DATA_SGL_LENGTH_INVALID -> "data SGL length invalid";
            case METADATA_SGL_LENGTH_INVALID -> "metadata SGL length invalid";
            case SGL_DESCRIPTOR_TYPE_INVALID -> "SGL descriptor type invalid";
            case INVALID_CONTROLLER_MEMORY_BUFFER -> "invalid use of controller memory buffer";
            case PRP_OFFSET_INVALID -> "PRP offset invalid";
            case ATOMIC_WRITE_UNIT_EXCEEDED -> "atomic write unit exceeded";
            case OPERATION_DENIED -> "operation denied";
            case SGL_OFFSET_INVALID -> "SGL offset invalid";
            case HOST_ID_INCONSISTENT_FORMAT -> "host identifier inconsistent format";
            case KEEP_ALIVE_EXPIRED -> "keep alive timer expired";
            case KEEP_ALIVE_INVALID -> "keep alive timeout invalid";
            case ABORTED_PREEMPT -> "aborted by preempt and abort";
            case SANITIZE_FAILED -> "sanitize failed";
            case SANITIZE_IN_PROGRESS -> "sanitize in progress";
            case SGL_GRANULARITY_INVALID -> "SGL data block granularity invalid";
            case NOT_SUPPORTED_IN_CMB ->
                    "command not supported for a queue in the controller memory buffer";
            case NAMESPACE_WRITE_PROTECTED -> "namespace is write protected";
            case COMMAND_INTERRUPTED -> "command interrupted";
            case TRANSIENT_TRANSPORT_ERROR -> "transient transport error";
            case PROHIBITED_BY_LOCKDOWN -> "command prohibited by command and feature lockdown";
            case ADMIN_MEDIA_NOT_READY -> "admin command media not ready";
            case LBA_OUT_OF_RANGE -> "LBA out of range";
            case CAPACITY_EXCEEDED -> "capacity exceeded";
            case NAMESPACE_NOT_READY -> "namespace not ready";
            case RESERVATION_CONFLICT -> "reservation conflict";
            case FORMAT_IN_PROGRESS -> "format in progress";
            case COMPLETION_QUEUE_INVALID -> "completion queue invalid";
            case INVALID_QUEUE_ID -> "invalid queue identifier";
            case INVALID_QUEUE_SIZE -> "invalid queue size";
            case ABORT_LIMIT_EXCEEDED -> "abort command limit exceeded";
            case ASYNC_EVENT_LIMIT_EXCEEDED -> "asynchronous event request limit exceeded";
            case INVALID_FIRMWARE_SLOT -> "invalid firmware slot";
            case INVALID_FIRMWARE_IMAGE -> "invalid firmware image";
            case INVALID_INTERRUPT_VECTOR -> "invalid interrupt vector";
            case INVALID_LOG_PAGE -> "invalid log page";
            case INVALID_FORMAT -> "invalid format";
            case FIRMWARE_NEEDS_CONVENTIONAL_RESET ->
                    "firmware activation requires conventional reset";
            case INVALID_QUEUE_DELETION -> "invalid queue deletion";
            case FEATURE_NOT_SAVEABLE -> "feature identifier not saveable";
            case FEATURE_NOT_CHANGEABLE -> "feature not changeable";
            case FEATURE_NOT_NAMESPACE_SPECIFIC -> "feature not namespace specific";
            case FIRMWARE_NEEDS_SUBSYSTEM_RESET ->
                    "firmware activation requires NVM subsystem reset";
            case FIRMWARE_NEEDS_CONTROLLER_RESET ->
                    "firmware activation requires controller level reset";
            case FIRMWARE_MAXIMUM_TIME_VIOLATION ->
                    "firmware activation requires maximum time violation";
            case FIRMWARE_ACTIVATION_PROHIBITED -> "firmware activation prohibited";
            case OVERLAPPING_RANGE -> "overlapping range";
            case NAMESPACE_INSUFFICIENT_CAPACITY -> "namespace insufficient capacity";
            case NAMESPACE_ID_UNAVAILABLE -> "namespace identifier unavailable";
            case NAMESPACE_ALREADY_ATTACHED -> "namespace already attached";
            case NAMESPACE_IS_PRIVATE -> "namespace is private";
            case NAMESPACE_NOT_ATTACHED -> "namespace not attached";
            case THIN_PROVISIONING_NOT_SUPPORTED -> "thin provisioning not supported";
            case CONTROLLER_LIST_INVALID -> "controller list invalid";
            case SELF_TEST_IN_PROGRESS -> "device self-test in progress";
            case BOOT_PARTITION_WRITE_PROHIBITED -> "boot partition write prohibited";
            case INVALID_CONTROLLER_ID -> "invalid controller identifier";
            case INVALID_SECONDARY_CONTROLLER_STATE -> "invalid secondary controller state";
            case INVALID_CONTROLLER_RESOURCE_COUNT -> "invalid number of controller resources";
            case INVALID_RESOURCE_ID -> "invalid resource identifier";
            case SANITIZE_PROHIBITED ->
                    "sanitize prohibited while persistent memory region is enabled";
            case ANA_GROUP_ID_INVALID -> "ANA group identifier invalid";
            case ANA_ATTACH_FAILED -> "ANA attach failed";
            case INSUFFICIENT_CAPACITY -> "insufficient capacity";
            case NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED -> "namespace attachment limit exceeded";
            case PROHIBITION_NOT_SUPPORTED -> "prohibition of command execution not supported";
            case IO_COMMAND_SET_NOT_SUPPORTED -> "I/O command set not supported";
            case IO_COMMAND_SET_NOT_ENABLED -> "I/O command set not enabled";
            case IO_COMMAND_SET_COMBINATION_REJECTED -> "I/O command set combination rejected";
            case INVALID_IO_COMMAND_SET -> "invalid I/O command set";
            case IDENTIFIER_UNAVAILABLE -> "identifier unavailable";
            case WRITE_FAULT -> "write fault";
            case UNRECOVERED_READ_ERROR -> "unrecovered read error";
            case GUARD_CHECK_ERROR -> "end-to-end guard check error";
            case APPLICATION_TAG_CHECK_ERROR -> "end-to-end application tag check error";
            case REFERENCE_TAG_CHECK_ERROR -> "end-to-end reference tag check error";
            case COMPARE_FAILURE -> "compare failure";
            case ACCESS_DENIED -> "access denied";
            case DEALLOCATED_OR_UNWRITTEN_BLOCK -> "deallocated or unwritten logical block";
            case STORAGE_TAG_CHECK_ERROR -> "end-to-end storage tag check error";
            case INTERNAL_PATH_ERROR -> "internal path error";
            case ANA_PERSISTENT_LOSS -> "asymmetric access persistent loss";
            case ANA_INACCESSIBLE -> "asymmetric access inaccessible";
            case ANA_TRANSITION -> "asymmetric access transition";
            case CONTROLLER_PATHING_ERROR -> "controller pathing error";
            case HOST_PATHING_ERROR -> "host pathing error";
            case ABORTED_BY_HOST -> "command aborted by host";
            default -> type(code) == TYPE_VENDOR ? "vendor specific status" : "unknown status";
        };
    }

    private static String commandSetWords(int code) {
        return switch (code) {
            case CONFLICTING_ATTRIBUTES -> "conflicting attributes";
            case INVALID_PROTECTION_INFORMATION -> "invalid protection information";
            case WRITE_TO_READ_ONLY_RANGE -> "attempted write to read only range";
            case COMMAND_SIZE_LIMIT_EXCEEDED -> "command size limit exceeded";
            default -> fabricsWords(code);
        };
    }

    private static String fabricsWords(int code) {
        return switch (code) {
            case CONNECT_INCOMPATIBLE_FORMAT -> "connect incompatible format";
            case CONNECT_CONTROLLER_BUSY -> "connect controller busy";
            case CONNECT_INVALID_PARAMETERS -> "connect invalid parameters";
            case CONNECT_RESTART_DISCOVERY -> "connect restart discovery";
            case CONNECT_INVALID_HOST -> "connect invalid host";
            case INVALID_QUEUE_TYPE -> "invalid queue type";
            case DISCOVER_RESTART -> "discover restart";
            case AUTHENTICATION_REQUIRED -> "authentication required";
            default -> "unknown status";
        };
    }
}
