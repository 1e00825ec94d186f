package io.mayastor.server.config;

import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.ring.RingChoice;
import io.mayastor.engine.target.RetryDelays;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Turns flags and variables into a {@link NodeConfig}. Reads on after a mistake, so that a person
 * sees all of them in one go.
 */
public final class ConfigReader {
    private static final int DEFAULT_GRPC_PORT = 10124;
    private static final int DEFAULT_METRICS_PORT = 9502;
    private static final String DEFAULT_TARGET_PORT = "8420";
    private static final String NAME_PATTERN = "[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?";
    private static final String NAME_ALLOWED =
            "1 to 253 letters, digits, '-', '_' or '.', with a letter or digit at both ends";
    private static final int MAX_PORTALS = 16;

    private final Map<Setting, String> flags;
    private final UnaryOperator<String> environment;
    private final Machine machine;
    private final List<String> mistakes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** A given value and how to name its source in a message. */
    private record Given(String source, String value) {}

    private ConfigReader(
            Map<Setting, String> flags, UnaryOperator<String> environment, Machine machine) {
        this.flags = flags;
        this.environment = environment;
        this.machine = machine;
    }

    /**
     * @param flags what the command line gave; a flag without value maps to an empty string
     * @param environment value of a variable, or null
     * @throws InvalidConfigException with every mistake found
     */
    public static NodeConfig read(
            Map<Setting, String> flags, UnaryOperator<String> environment, Machine machine)
            throws InvalidConfigException {
        return new ConfigReader(flags, environment, machine).read();
    }

    private NodeConfig read() throws InvalidConfigException {
        String nodeName = nodeName();
        String hostNqn = hostNqn(nodeName);
        InetAddress address = address();
        LogLevel logLevel = logLevel();
        LogFormat logFormat = logFormat();
        List<PoolDisk> pools = pools();
        PoolLimits poolLimits = poolLimits();
        int replicationFactor = number(Setting.REPLICATION_FACTOR, 1, 3, 2);
        int maxIoQueueDepth = number(Setting.MAX_IO_QUEUE_DEPTH, 16, 1024, 128);
        RetryDelays retryDelays = retryDelays();
        Cores cores = cores();
        RingChoice ring = ring();
        InetSocketAddress grpc = grpc(address);
        List<InetSocketAddress> portals = portals(address);
        InetSocketAddress metrics =
                new InetSocketAddress(
                        address, number(Setting.METRICS_PORT, 0, 65_535, DEFAULT_METRICS_PORT));
        Path stateDir = path(Setting.STATE_DIR, Path.of("/var/lib/mayastor"));
        Path runDir = path(Setting.RUN_DIR, Path.of("/run/mayastor"));
        Path ptplDir = path(Setting.PTPL_DIR, stateDir.resolve("ptpl"));
        Duration freezeTimeout = Duration.ofSeconds(number(Setting.FREEZE_TIMEOUT, 1, 60, 3));
        checkDistinctPorts(grpc, portals, metrics);
        warnOfSettingsWithoutEffect();
        if (!mistakes.isEmpty()) {
            throw new InvalidConfigException(mistakes);
        }
        return new NodeConfig(
                nodeName,
                hostNqn,
                address,
                logLevel,
                logFormat,
                pools,
                poolLimits,
                replicationFactor,
                maxIoQueueDepth,
                retryDelays,
                cores,
                ring,
                grpc,
                portals,
                metrics,
                stateDir,
                runDir,
                ptplDir,
                freezeTimeout,
                warnings);
    }

    private PoolLimits poolLimits() {
        return new PoolLimits(
                (long) number(Setting.POOL_MEMORY, 16, 262_144, 1024) << 20,
                Duration.ofSeconds(number(Setting.DISK_STALL, 3, 600, 10)),
                (long) number(Setting.POOL_PUNCH, 0, 65_536, 0) << 20);
    }

    private String nodeName() {
        Given given = given(Setting.NODE_NAME);
        if (given == null) {
            return machine.hostName();
        }
        if (!given.value.matches(NAME_PATTERN)) {
            mistake(given, "must be " + NAME_ALLOWED);
        }
        return given.value;
    }

    private String hostNqn(String nodeName) {
        Given given = given(Setting.HOST_NQN);
        if (given == null) {
            return "nqn.2019-05.io.openebs:node-name:" + nodeName;
        }
        Optional<String> problem = Nqn.problem(given.value);
        problem.ifPresent(why -> mistake(given, "must be a host NQN: " + why));
        return given.value;
    }

    private InetAddress address() {
        Given given = given(Setting.IP_ADDR);
        return given == null ? machine.defaultAddress() : literal(given);
    }

    private LogLevel logLevel() {
        Given given = given(Setting.LOG_LEVEL);
        if (given == null) {
            return LogLevel.INFO;
        }
        for (LogLevel level : LogLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(given.value)) {
                return level;
            }
        }
        mistake(given, "must be debug, info, warn or error");
        return LogLevel.INFO;
    }

    private LogFormat logFormat() {
        Given given = given(Setting.LOG_FORMAT);
        if (given == null) {
            return LogFormat.DEFAULT;
        }
        LogFormat format = LogFormat.parse(given.value);
        if (format == null) {
            mistake(given, "must be " + LogFormat.ALLOWED);
            return LogFormat.DEFAULT;
        }
        return format;
    }

    private List<PoolDisk> pools() {
        Given given = given(Setting.STORAGE_POOL);
        if (given == null) {
            return List.of();
        }
        List<PoolDisk> pools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String entry : given.value.split(",", -1)) {
            PoolDisk pool = poolDisk(given, entry.strip());
            if (pool == null) {
                continue;
            }
            if (!names.add(pool.name())) {
                mistake(given, "names the pool '" + pool.name() + "' twice");
            }
            pools.add(pool);
        }
        return pools;
    }

    private PoolDisk poolDisk(Given given, String entry) {
        int equals = entry.indexOf('=');
        String pathText = entry.substring(equals + 1);
        Path path = pathText.isEmpty() ? null : toPath(pathText);
        if (path == null || !path.isAbsolute() || path.getFileName() == null) {
            mistake(
                    given,
                    "must be a comma list of [name=]path with absolute paths; '"
                            + entry
                            + "' is not one");
            return null;
        }
        String name = equals < 0 ? "pool-" + path.getFileName() : entry.substring(0, equals);
        if (!name.matches(NAME_PATTERN)) {
            mistake(given, "pool name '" + name + "' must be " + NAME_ALLOWED);
            return null;
        }
        if (!machine.exists(path)) {
            mistake(given, path + " does not exist; for a sparse file: truncate -s 10G " + path);
            return null;
        }
        return new PoolDisk(name, path);
    }

    /** One number is the first delay; the others are 0 then. */
    private RetryDelays retryDelays() {
        Given given = given(Setting.RETRY_DELAY);
        if (given == null) {
            return RetryDelays.NONE;
        }
        String[] parts = given.value.split(",", -1);
        int[] delays = new int[3];
        boolean valid = parts.length == 1 || parts.length == delays.length;
        for (int i = 0; valid && i < parts.length; i++) {
            delays[i] = wholeNumber(parts[i], 0, RetryDelays.LONGEST);
            valid = delays[i] >= 0;
        }
        if (!valid) {
            mistake(
                    given,
                    "must be one or three whole numbers from 0 to "
                            + RetryDelays.LONGEST
                            + ", in units of 100 ms");
            return RetryDelays.NONE;
        }
        return new RetryDelays(delays[0], delays[1], delays[2]);
    }

    private Cores cores() {
        List<Integer> allowed = machine.allowedCores();
        Given list = given(Setting.CORE_LIST);
        Given mask = given(Setting.CORE_MASK);
        Given given = list == null ? mask : list;
        if (given == null) {
            return Cores.automatic(allowed);
        }
        try {
            List<Integer> chosen =
                    list == null ? Cores.parseMask(given.value) : Cores.parseList(given.value);
            List<Integer> missing =
                    chosen.stream().filter(core -> !allowed.contains(core)).toList();
            if (!missing.isEmpty()) {
                mistake(
                        given,
                        "names cores "
                                + missing
                                + " that this process may not use; allowed: "
                                + allowed);
            }
            return new Cores(chosen, /* pinned= */ true);
        } catch (NumberFormatException e) {
            mistake(
                    given,
                    list == null
                            ? "must be a hexadecimal mask of cores such as 0x3"
                            : "must be a list of cores from 0 to 1023 such as 0,2-3");
            return Cores.automatic(allowed);
        }
    }

    private RingChoice ring() {
        Given given = given(Setting.RING);
        if (given == null) {
            return RingChoice.AUTOMATIC;
        }
        return switch (given.value) {
            case "auto" -> RingChoice.AUTOMATIC;
            case "io_uring" -> RingChoice.IO_URING;
            case "epoll" -> RingChoice.EPOLL;
            default -> {
                mistake(given, "must be auto, io_uring or epoll");
                yield RingChoice.AUTOMATIC;
            }
        };
    }

    private InetSocketAddress grpc(InetAddress address) {
        Given endpoint = given(Setting.GRPC_ENDPOINT);
        if (endpoint != null) {
            return endpoint(endpoint, DEFAULT_GRPC_PORT);
        }
        Given ip = given(Setting.GRPC_IP);
        return new InetSocketAddress(
                ip == null ? address : literal(ip),
                number(Setting.GRPC_PORT, 0, 65_535, DEFAULT_GRPC_PORT));
    }

    private List<InetSocketAddress> portals(InetAddress address) {
        InetAddress bind = targetAddress(address);
        Given given = given(Setting.TARGET_PORT);
        String text = given == null ? DEFAULT_TARGET_PORT : given.value;
        List<InetSocketAddress> portals = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int port = wholeNumber(part.strip(), 0, 65_535);
            if (port < 0) {
                mistake(given, "must be a comma list of ports from 0 to 65535");
                break;
            }
            portals.add(new InetSocketAddress(bind, port));
        }
        if (portals.size() > MAX_PORTALS) {
            mistake(given, "must be at most " + MAX_PORTALS + " ports");
        }
        return portals;
    }

    private InetAddress targetAddress(InetAddress address) {
        Given given = given(Setting.TARGET_INTERFACE);
        if (given == null) {
            return address;
        }
        try {
            return TargetInterface.select(given.value, machine.interfaces());
        } catch (IllegalArgumentException e) {
            mistake(given, "must be " + TargetInterface.ALLOWED + ": " + e.getMessage());
            return address;
        }
    }

    /** Found out here, not by a bind that fails when half of the engine is up. */
    private void checkDistinctPorts(
            InetSocketAddress grpc, List<InetSocketAddress> portals, InetSocketAddress metrics) {
        Set<Integer> seen = new HashSet<>();
        List<InetSocketAddress> all = new ArrayList<>(portals);
        all.add(grpc);
        all.add(metrics);
        for (InetSocketAddress each : all) {
            if (each.getPort() != 0 && !seen.add(each.getPort())) {
                mistakes.add(
                        "port "
                                + each.getPort()
                                + " is given twice: gRPC, NVMe/TCP and metrics need ports of their"
                                + " own");
            }
        }
    }

    private void warnOfSettingsWithoutEffect() {
        String given =
                Setting.withoutEffect().stream()
                        .filter(each -> each.takesValue() || isOn(each))
                        .map(this::given)
                        .filter(Objects::nonNull)
                        .map(Given::source)
                        .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            warnings.add("without effect in this version: " + given);
        }
    }

    /** A switch is off with these values of its variable too. */
    private boolean isOn(Setting toggle) {
        Given given = given(toggle);
        return given != null && !given.value.equals("0") && !given.value.equals("false");
    }

    private Path path(Setting setting, Path otherwise) {
        Given given = given(setting);
        if (given == null) {
            return otherwise;
        }
        Path path = toPath(given.value);
        if (path == null || !path.isAbsolute()) {
            mistake(given, "must be an absolute path");
            return otherwise;
        }
        return path;
    }

    private int number(Setting setting, int lowest, int highest, int otherwise) {
        Given given = given(setting);
        if (given == null) {
            return otherwise;
        }
        int number = wholeNumber(given.value, lowest, highest);
        if (number < 0) {
            mistake(given, "must be a whole number from " + lowest + " to " + highest);
            return otherwise;
        }
        return number;
    }

    private static int wholeNumber(String text, int lowest, int highest) {
        if (text.isEmpty()
                || text.length() > 9
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number < lowest || number > highest ? -1 : number;
    }

    private InetSocketAddress endpoint(Given given, int defaultPort) {
        String text = given.value;
        InetAddress whole = Addresses.parse(text);
        if (whole != null) {
            return new InetSocketAddress(whole, defaultPort);
        }
        int colon = text.lastIndexOf(':');
        InetAddress host = colon < 0 ? null : Addresses.parse(text.substring(0, colon));
        int port = wholeNumber(text.substring(colon + 1), 0, 65_535);
        if (host == null || port < 0) {
            mistake(
                    given,
                    "must be an IPv4 or IPv6 address, with :PORT if it is not " + defaultPort);
            return new InetSocketAddress(0);
        }
        return new InetSocketAddress(host, port);
    }

    private InetAddress literal(Given given) {
        InetAddress address = Addresses.parse(given.value);
        if (address == null) {
            mistake(given, "must be an IPv4 or IPv6 address");
            return machine.defaultAddress();
        }
        return address;
    }

    private Given given(Setting setting) {
        String flag = flags.get(setting);
        if (flag != null) {
            String name = setting.flags().isEmpty() ? setting.name() : setting.flags().getLast();
            return new Given(name, flag);
        }
        for (String variable : setting.variables()) {
            String value = environment.apply(variable);
            if (value != null && !value.isEmpty()) {
                return new Given(variable, value);
            }
        }
        return null;
    }

    private void mistake(Given given, String why) {
        mistakes.add(given.source + "=" + given.value + ": " + why);
    }

    private static Path toPath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
