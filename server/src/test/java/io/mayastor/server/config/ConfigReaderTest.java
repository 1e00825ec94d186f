package io.mayastor.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mayastor.engine.ring.RingChoice;
import io.mayastor.engine.target.RetryDelays;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row per mistake a person can make, and what the defaults are. */
class ConfigReaderTest {
    @Test
    void nothingGivenMeansTheDocumentedDefaults() throws Exception {
        NodeConfig config = read(Map.of(), Map.of());

        assertEquals("fake-node", config.nodeName());
        assertEquals(InetAddress.ofLiteral("10.1.0.5"), config.address());
        assertEquals(LogLevel.INFO, config.logLevel());
        assertEquals(List.of(), config.pools());
        assertEquals(2, config.replicationFactor());
        assertEquals(128, config.maxIoQueueDepth());
        assertEquals(new Cores(List.of(0, 1, 2, 3), false), config.cores());
        assertEquals(new InetSocketAddress("10.1.0.5", 10124), config.grpc());
        assertEquals(List.of(new InetSocketAddress("10.1.0.5", 8420)), config.targetPortals());
        assertEquals(new InetSocketAddress("10.1.0.5", 9502), config.metrics());
        assertEquals(Path.of("/var/lib/mayastor"), config.stateDir());
        assertEquals(Path.of("/var/lib/mayastor/ptpl"), config.ptplDir());
        assertEquals(Path.of("/run/mayastor"), config.runDir());
        assertEquals(Duration.ofSeconds(3), config.freezeTimeout());
        assertEquals(RingChoice.AUTOMATIC, config.ring());
        assertEquals(List.of(), config.warnings());
    }

    @Test
    void aFlagWinsOverTheVariable() throws Exception {
        NodeConfig config =
                read(
                        Map.of(Setting.MAX_IO_QUEUE_DEPTH, "64"),
                        Map.of("MAX_IO_QUEUE_DEPTH", "256", "REPLICATION_FACTOR", "3"));

        assertEquals(64, config.maxIoQueueDepth());
        assertEquals(3, config.replicationFactor());
    }

    @Test
    void everyAddressFollowsIpAddr() throws Exception {
        NodeConfig config = read(Map.of(), Map.of("IP_ADDR", "::1"));

        assertEquals(new InetSocketAddress("::1", 10124), config.grpc());
        assertEquals(new InetSocketAddress("::1", 8420), config.targetPortals().getFirst());
        assertEquals(new InetSocketAddress("::1", 9502), config.metrics());
    }

    @Test
    void severalTargetPortsMakeSeveralPortals() throws Exception {
        NodeConfig config = read(Map.of(), Map.of("TARGET_PORT", "8420, 4421"));

        assertEquals(
                List.of(
                        new InetSocketAddress("10.1.0.5", 8420),
                        new InetSocketAddress("10.1.0.5", 4421)),
                config.targetPortals());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eth0 | 10.1.0.5",
                "name:lo | 127.0.0.1",
                "mac:02:42:0A:01:00:05 | 10.1.0.5",
                "ip:192.168.0.6 | 192.168.0.6",
                "subnet:10.1.0.0/16 | 10.1.0.5",
                "subnet:10.1.0.0/255.255.0.0 | 10.1.0.5"
            })
    void theTargetInterfaceIsChosenBySelector(String selector, String address) throws Exception {
        NodeConfig config = read(Map.of(Setting.TARGET_INTERFACE, selector), Map.of());

        assertEquals(new InetSocketAddress(address, 8420), config.targetPortals().getFirst());
        assertEquals(InetAddress.ofLiteral("10.1.0.5"), config.address());
    }

    @Test
    void coresComeFromTheMaskOrTheListAndTheListWins() throws Exception {
        assertEquals(
                new Cores(List.of(1, 2), true),
                read(Map.of(Setting.CORE_MASK, "0x6"), Map.of()).cores());
        assertEquals(
                new Cores(List.of(0, 3, 4), true),
                read(Map.of(Setting.CORE_MASK, "0x6", Setting.CORE_LIST, "3-4,0"), Map.of())
                        .cores());
    }

    @Test
    void theGrpcEndpointFlagWinsOverAddressAndPort() throws Exception {
        Map<Setting, String> flags = Map.of(Setting.GRPC_PORT, "1", Setting.GRPC_ENDPOINT, "::");

        assertEquals(new InetSocketAddress("::", 10124), read(flags, Map.of()).grpc());
        assertEquals(
                new InetSocketAddress("127.0.0.1", 99),
                read(Map.of(Setting.GRPC_ENDPOINT, "127.0.0.1:99"), Map.of()).grpc());
    }

    @Test
    void poolsAreNamedAfterTheirFileOrAsTheSettingSays() throws Exception {
        NodeConfig config = read(Map.of(), Map.of("STORAGE_POOL", "/dev/sdb,fast=/dev/sdc"));

        assertEquals(
                List.of(
                        new PoolDisk("pool-sdb", Path.of("/dev/sdb")),
                        new PoolDisk("fast", Path.of("/dev/sdc"))),
                config.pools());
        assertEquals(List.of(), config.warnings());
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTOMATIC", "io_uring, IO_URING", "epoll, EPOLL"})
    void theRingCanBeChosen(String given, RingChoice ring) throws Exception {
        assertEquals(ring, read(Map.of(Setting.RING, given), Map.of()).ring());
    }

    @Test
    void logFormatIsAListOfWords() throws Exception {
        assertEquals(
                new LogFormat(true, null, true, true),
                read(Map.of(Setting.LOG_FORMAT, "json,host"), Map.of()).logFormat());
    }

    @Test
    void retryDelaysAreOneNumberOrThree() throws Exception {
        assertEquals(RetryDelays.NONE, read(Map.of(), Map.of()).retryDelays());
        assertEquals(
                new RetryDelays(30, 0, 0),
                read(Map.of(), Map.of("NVMF_TGT_CRDT", "30")).retryDelays());
        assertEquals(
                new RetryDelays(30, 0, 100),
                read(Map.of(Setting.RETRY_DELAY, "30,0,100"), Map.of()).retryDelays());
    }

    @Test
    void settingsWithoutEffectAreNamedInOneWarning() throws Exception {
        NodeConfig config =
                read(
                        Map.of(
                                Setting.REGISTRATION, "https://core:50051",
                                Setting.EVENTS_URL, "nats://events:4222",
                                Setting.DIAGNOSE_STACK, "1",
                                Setting.NO_PCI, ""),
                        Map.of(
                                "REPLICATION_FACTOR", "3",
                                "ENABLE_LVM", "false",
                                "RUN_DIR", "/run/other"));

        assertEquals(
                List.of(
                        "without effect in this version: REPLICATION_FACTOR, RUN_DIR, -R, -u,"
                                + " --diagnose-stack, --events-url"),
                config.warnings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NODE_NAME | -bad | must be 1 to 253 letters, digits, '-', '_' or '.', with a"
                        + " letter or digit at both ends",
                "IP_ADDR | localhost | must be an IPv4 or IPv6 address",
                "IP_ADDR | 10.0.0.256 | must be an IPv4 or IPv6 address",
                "IP_ADDR | 10 | must be an IPv4 or IPv6 address",
                "LOG_LEVEL | loud | must be debug, info, warn or error",
                "LOG_LEVEL | INFO | must be debug, info, warn or error",
                "LOG_FORMAT | json,pink | must be a comma list of default, compact, json, color,"
                        + " nocolor, date, nodate, host, nohost",
                "STORAGE_POOL | disk.img | must be a comma list of [name=]path with absolute"
                        + " paths; 'disk.img' is not one",
                "STORAGE_POOL | /dev/sdb, | must be a comma list of [name=]path with absolute"
                        + " paths; '' is not one",
                "STORAGE_POOL | a=/dev/sdb,a=/dev/sdc | names the pool 'a' twice",
                "STORAGE_POOL | /p.img | /p.img does not exist; for a sparse file: truncate -s"
                        + " 10G /p.img",
                "STORAGE_POOL | a b=/dev/sdb | pool name 'a b' must be 1 to 253 letters, digits,"
                        + " '-', '_' or '.', with a letter or digit at both ends",
                "REPLICATION_FACTOR | 0 | must be a whole number from 1 to 3",
                "REPLICATION_FACTOR | 4 | must be a whole number from 1 to 3",
                "MAYASTOR_POOL_MEMORY | 15 | must be a whole number from 16 to 262144",
                "MAYASTOR_DISK_STALL | 2 | must be a whole number from 3 to 600",
                "MAYASTOR_POOL_PUNCH | -1 | must be a whole number from 0 to 65536",
                "MAX_IO_QUEUE_DEPTH | 15 | must be a whole number from 16 to 1024",
                "MAX_IO_QUEUE_DEPTH | 1025 | must be a whole number from 16 to 1024",
                "MAX_IO_QUEUE_DEPTH | 1e2 | must be a whole number from 16 to 1024",
                "NVMF_TGT_CRDT | 101 | must be one or three whole numbers from 0 to 100, in units of 100 ms",
                "NVMF_TGT_CRDT | 1,2 | must be one or three whole numbers from 0 to 100, in units of 100 ms",
                "GRPC_IP | everywhere | must be an IPv4 or IPv6 address",
                "GRPC_PORT | 65536 | must be a whole number from 0 to 65535",
                "TARGET_PORT | 8420,x | must be a comma list of ports from 0 to 65535",
                "METRICS_PORT | -1 | must be a whole number from 0 to 65535",
                "NVMF_TGT_IFACE | eth9 | must be [name:]IFACE, mac:MAC, ip:ADDRESS or"
                        + " subnet:ADDRESS/BITS that fits exactly one interface with an IPv4"
                        + " address: no interface with an IPv4 address fits",
                "NVMF_TGT_IFACE | eth1 | must be [name:]IFACE, mac:MAC, ip:ADDRESS or"
                        + " subnet:ADDRESS/BITS that fits exactly one interface with an IPv4"
                        + " address: 2 addresses fit: eth1 192.168.0.5, eth1 192.168.0.6",
                "CORE_MASK | 0xg | must be a hexadecimal mask of cores such as 0x3",
                "CORE_MASK | 0 | must be a hexadecimal mask of cores such as 0x3",
                "CORE_LIST | 3-1 | must be a list of cores from 0 to 1023 such as 0,2-3",
                "CORE_LIST | 0,9 | names cores [9] that this process may not use; allowed: [0, 1,"
                        + " 2, 3, 4, 5]",
                "STATE_DIR | state | must be an absolute path",
                "MAYASTOR_RING | iouring | must be auto, io_uring or epoll",
                "RUN_DIR | run | must be an absolute path",
                "PTPL_DIR | ptpl | must be an absolute path",
                "REACTOR_FREEZE_TIMEOUT | 61 | must be a whole number from 1 to 60"
            })
    void eachMistakeIsOneLineThatSaysWhatIsAllowed(String variable, String value, String why) {
        InvalidConfigException error =
                assertThrows(
                        InvalidConfigException.class,
                        () -> read(Map.of(), Map.of(variable, value)));

        assertEquals(List.of(variable + "=" + value + ": " + why), error.mistakes());
    }

    @Test
    void allMistakesAreListedAtOnceAndNameTheFlagThatWasUsed() {
        InvalidConfigException error =
                assertThrows(
                        InvalidConfigException.class,
                        () ->
                                read(
                                        Map.of(Setting.NODE_NAME, "", Setting.GRPC_ENDPOINT, "x:1"),
                                        Map.of("LOG_LEVEL", "x")));

        assertEquals(
                List.of(
                        "--node-name=: must be 1 to 253 letters, digits, '-', '_' or '.', with a"
                                + " letter or digit at both ends",
                        "LOG_LEVEL=x: must be debug, info, warn or error",
                        "--grpc-endpoint=x:1: must be an IPv4 or IPv6 address, with :PORT if it is"
                                + " not 10124"),
                error.mistakes());
    }

    @Test
    void onePortForTwoPurposesIsAMistake() {
        InvalidConfigException error =
                assertThrows(
                        InvalidConfigException.class,
                        () -> read(Map.of(), Map.of("GRPC_PORT", "8420")));

        assertEquals(
                List.of(
                        "port 8420 is given twice: gRPC, NVMe/TCP and metrics need ports of their"
                                + " own"),
                error.mistakes());
    }

    private static NodeConfig read(Map<Setting, String> flags, Map<String, String> variables)
            throws InvalidConfigException {
        return ConfigReader.read(flags, variables::get, new FakeMachine());
    }
}
