package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data stays whole whichever way a host connects: fio writes checksums and reads them back. */
@GuestTest
class ConnectionOptionsTest {
    private static EngineProcess engine;
    private static String nqn;

    @BeforeAll
    static void shareOneDevice(@TempDir Path directory) throws Exception {
        engine = EngineProcess.start(directory);
        nqn = engine.share("malloc:///m0?size_mb=64&blk_size=4096");
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "one queue,             --nr-io-queues=1",
        "a shallow queue,       --nr-io-queues=1 --queue-size=16",
        "several queues,        --nr-io-queues=2",
        "header digest,         --hdr-digest",
        "data digest,           --data-digest",
        "both digests,          --hdr-digest --data-digest",
        "queues by purpose,     --nr-io-queues=1 --nr-write-queues=1",
        "no SQ flow control,    --disable-sqflow"
    })
    void dataIsVerifiedWith(String how, String options, Guest host) {
        host.run(
                """
                device=$(attach %s %d %s)
                verify $device 4m --numjobs=2 --offset_increment=8m
                verify $device 8m --bssplit=4k/40:8k/20:36k/20:128k/10:256k/10 --iodepth=8
                """
                        .formatted(nqn, engine.port(), options));
    }

    @Test
    void dataIsVerifiedWithPollQueues(Guest host) {
        host.run(
                """
                device=$(attach %s %d --nr-io-queues=1 --nr-poll-queues=1)
                verify $device 4m --ioengine=pvsync2 --hipri
                """
                        .formatted(nqn, engine.port()));
    }
}
