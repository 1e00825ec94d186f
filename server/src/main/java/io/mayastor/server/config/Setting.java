package io.mayastor.server.config;

import java.util.Arrays;
import java.util.List;

/**
 * Everything that can be set at start: the one table behind the flags, the variables and the help
 * text. A flag wins over a variable, an earlier variable of the list over a later one.
 */
public enum Setting {
    NODE_NAME(
            names("-N", "--node-name"),
            names("NODE_NAME", "MY_NODE_NAME", "HOSTNAME"),
            "NAME",
            "Name of this node, unique in the cluster. Default: the host name."),
    IP_ADDR(
            names("--ip-addr"),
            names("IP_ADDR", "MY_POD_IP"),
            "ADDRESS",
            "Address that gRPC, target and metrics bind. Default: the source address of the"
                    + " default route, else 127.0.0.1."),
    HOST_NQN(
            names("--host-nqn"),
            names("HOSTNQN"),
            "NQN",
            "Name under which this node connects to remote targets. Default:"
                    + " nqn.2019-05.io.openebs:node-name:NODE_NAME."),
    LOG_LEVEL(
            names("--log-level"),
            names("LOG_LEVEL"),
            "LEVEL",
            "debug, info, warn or error. Default: info."),
    STORAGE_POOL(
            names("--storage-pool"),
            names("STORAGE_POOL"),
            "[NAME=]PATH,...",
            "Disks or files that become pools at start. Default: none."),
    REPLICATION_FACTOR(
            names("--replication-factor"),
            names("REPLICATION_FACTOR"),
            "COUNT",
            "Copies of a new volume, 1 to 3; checked, no effect yet. Default: 2.",
            Support.CHECKED),
    MAX_IO_QUEUE_DEPTH(
            names("--max-io-queue-depth"),
            names("MAX_IO_QUEUE_DEPTH"),
            "COUNT",
            "Commands in flight per I/O queue, 16 to 1024. Default: 128."),
    RETRY_DELAY(
            names("--tgt-crdt"),
            names("NVMF_TGT_CRDT"),
            "N[,N,N]",
            "Command retry delays CRDT1 to CRDT3 in units of 100 ms, 0 to 100 each. Default: 0."),
    POOL_MEMORY(
            names("--pool-memory"),
            names("MAYASTOR_POOL_MEMORY"),
            "MIB",
            "Most memory for the maps of each pool, 16 to 262144 MiB. Default: 1024."),
    DISK_STALL(
            names("--disk-stall"),
            names("MAYASTOR_DISK_STALL"),
            "SECONDS",
            "A pool's disk that does not answer for so long fails its I/O, 3 to 600. Default: 10."),
    POOL_PUNCH(
            names("--pool-punch"),
            names("MAYASTOR_POOL_PUNCH"),
            "MIB",
            "Free space told to the disks per second, 0 to 65536 MiB; 0: not at all. Default: 0."),
    GRPC_ENDPOINT(
            names("-g", "--grpc-endpoint"),
            names(),
            "ADDRESS[:PORT]",
            "Where gRPC listens; wins over the two below."),
    GRPC_IP(names("--grpc-ip"), names("GRPC_IP"), "ADDRESS", "Default: IP_ADDR."),
    GRPC_PORT(names("--grpc-port"), names("GRPC_PORT"), "PORT", "Default: 10124."),
    TARGET_PORT(
            names("--target-port"),
            names("TARGET_PORT"),
            "PORT,...",
            "NVMe/TCP ports, each one more portal. Default: 8420."),
    METRICS_PORT(
            names("--metrics-port"),
            names("METRICS_PORT"),
            "PORT",
            "Port of /metrics, /livez and /readyz. Default: 9502."),
    TARGET_INTERFACE(
            names("-T", "--tgt-iface"),
            names("NVMF_TGT_IFACE"),
            "SELECTOR",
            "Network interface of the target: [name:]IFACE, mac:MAC, ip:ADDRESS or"
                    + " subnet:ADDRESS/BITS. Default: the one with IP_ADDR."),
    CORE_MASK(
            names("-m"),
            names("CORE_MASK"),
            "MASK",
            "Cores that get a reactor pinned to them, as a hexadecimal mask such as 0x6."),
    CORE_LIST(
            names("-l"),
            names("CORE_LIST"),
            "LIST",
            "The same as a list such as 1,3-5; wins over -m. Default without both: one reactor"
                    + " per core, at most 4, not pinned."),
    RING(
            names("--ring"),
            names("MAYASTOR_RING"),
            "RING",
            "How the engine reaches files and sockets: io_uring, epoll, or auto for io_uring where"
                    + " the system allows it. Default: auto."),
    STATE_DIR(
            names("--state-dir"),
            names("STATE_DIR"),
            "DIR",
            "State of this node. Default: /var/lib/mayastor."),
    RUN_DIR(
            names("--run-dir"),
            names("RUN_DIR"),
            "DIR",
            "Sockets; checked, no effect yet. Default: /run/mayastor.",
            Support.CHECKED),
    PTPL_DIR(
            names("--ptpl-dir"),
            names("PTPL_DIR"),
            "DIR",
            "Persistent reservations of plain devices. Default: STATE_DIR/ptpl."),
    LOG_FORMAT(
            names("-F", "--log-format"),
            names("LOG_FORMAT"),
            "FORMAT,...",
            "default, compact, json, color, nocolor, date, nodate, host or nohost."),
    FREEZE_DETECTION(
            names("--reactor-freeze-detection"),
            names(),
            null,
            "Always on; accepted for compatibility."),
    FREEZE_TIMEOUT(
            names("--reactor-freeze-timeout"),
            names("REACTOR_FREEZE_TIMEOUT"),
            "SECONDS",
            "A reactor that is stuck for so long is reported, 1 to 60. Default: 3."),
    REGISTRATION(names("-R"), names(), "URI", null, Support.ACCEPTED),
    LOG_COMPONENT(names("-L"), names(), "NAME", null, Support.ACCEPTED),
    HUGE_PAGES(names("-s"), names(), "SIZE", null, Support.ACCEPTED),
    NO_PCI(names("-u"), names(), null, null, Support.ACCEPTED),
    RPC_SOCKET(names("-r"), names(), "PATH", null, Support.ACCEPTED),
    CONFIG_FILE(names("-y"), names(), "FILE", null, Support.ACCEPTED),
    POOL_FILE(names("-P"), names(), "FILE", null, Support.ACCEPTED),
    HUGE_DIR(names("--huge-dir"), names(), "DIR", null, Support.ACCEPTED),
    ENV_CONTEXT(names("--env-context"), names(), "ARGS", null, Support.ACCEPTED),
    PERSISTENT_STORE(names("-p"), names(), "HOST[:PORT]", null, Support.ACCEPTED),
    STORE_TIMEOUT(names("--ps-timeout"), names(), "TIME", null, Support.ACCEPTED),
    STORE_RETRIES(names("--ps-retries"), names(), "COUNT", null, Support.ACCEPTED),
    BDEV_POOL(names("--bdev-pool-size"), names(), "COUNT", null, Support.ACCEPTED),
    CONTROLLER_POOL(names("--nvme-ctl-pool-size"), names(), "COUNT", null, Support.ACCEPTED),
    DIAGNOSE_STACK(
            names("-d", "--diagnose-stack"),
            names("DIAGNOSE_STACK"),
            "PID",
            null,
            Support.ACCEPTED),
    API_VERSIONS(names("--api-versions"), names("API_VERSIONS"), "V0,V1", null, Support.ACCEPTED),
    EVENTS_URL(names("--events-url"), names(), "URL", null, Support.ACCEPTED),
    ENABLE_LVM(names("--enable-lvm"), names("ENABLE_LVM"), null, null, Support.ACCEPTED),
    SNAPSHOT_REBUILD(
            names("--enable-snapshot-rebuild"),
            names("ENABLE_SNAPSHOT_REBUILD"),
            null,
            null,
            Support.ACCEPTED),
    ENABLE_RDMA(names("--enable-rdma"), names("ENABLE_RDMA"), null, null, Support.ACCEPTED),
    DEVELOPER_DELAY(
            names("--developer-delay"), names("MAYASTOR_DELAY"), null, null, Support.ACCEPTED),
    SKIP_SIGNAL_HANDLER(names("--skip-sig-handler"), names(), null, null, Support.ACCEPTED),
    ALL_THREAD_CHANNELS(
            names("--enable-io-all-thrd-nexus-channels"), names(), null, null, Support.ACCEPTED),
    CHANNEL_DEBUG(
            names("--enable-channel-dbg"),
            names("ENABLE_NEXUS_CHANNEL_DEBUG"),
            null,
            null,
            Support.ACCEPTED),
    CLUSTER_UNMAP(
            names("--bs-cluster-unmap"),
            names("ENABLE_BS_CLUSTER_UNMAP"),
            null,
            null,
            Support.ACCEPTED);

    /** Whether a value does something here. */
    private enum Support {
        USED,
        /** Must be right, but does nothing yet. */
        CHECKED,
        /** Taken so that an existing command line starts. */
        ACCEPTED
    }

    private final List<String> flags;
    private final List<String> variables;
    private final String placeholder;
    private final String description;
    private final Support support;

    Setting(List<String> flags, List<String> variables, String placeholder, String description) {
        this(flags, variables, placeholder, description, Support.USED);
    }

    Setting(
            List<String> flags,
            List<String> variables,
            String placeholder,
            String description,
            Support support) {
        this.flags = flags;
        this.variables = variables;
        this.placeholder = placeholder;
        this.description = description;
        this.support = support;
    }

    private static List<String> names(String... names) {
        return List.of(names);
    }

    public List<String> flags() {
        return flags;
    }

    public List<String> variables() {
        return variables;
    }

    /** What stands for the value in the help text; null when the flag takes none. */
    public String placeholder() {
        return placeholder;
    }

    public boolean takesValue() {
        return placeholder != null;
    }

    /** Whether it is there for existing command lines only. */
    public boolean isAccepted() {
        return support == Support.ACCEPTED;
    }

    /** For the help text; names the variable too. */
    public String description() {
        String text = isAccepted() ? "Accepted for compatibility, no effect." : description;
        return variables.isEmpty() ? text : text + " [" + variables.getFirst() + "]";
    }

    static List<Setting> withoutEffect() {
        return Arrays.stream(values()).filter(each -> each.support != Support.USED).toList();
    }
}
