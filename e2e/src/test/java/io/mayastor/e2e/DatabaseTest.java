package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestKernel;
import io.mayastor.e2e.guest.GuestTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL on a file system on a namespace keeps what it has acknowledged. */
@GuestTest
class DatabaseTest {
    /** What the namespace is a piece of. */
    private enum Storage {
        FILE {
            @Override
            String share(EngineProcess engine, Path directory) throws IOException {
                Path disk = SparseFile.at(directory.resolve("disk"), 256);
                return engine.share("aio://" + disk + "?blk_size=4096");
            }
        },
        REPLICA {
            @Override
            String share(EngineProcess engine, Path directory) throws IOException {
                engine.pools().open("pool", SparseFile.at(directory.resolve("pool"), 512));
                return engine.pools().replica("pool", "database", 256);
            }
        };

        /**
         * Has an engine that has just been started offer it, with what is on it.
         *
         * @return NQN of its subsystem
         */
        abstract String share(EngineProcess engine, Path directory) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void committedTransactionsSurviveAKilledEngineAndAPowerCutOfTheHost(
            Storage storage, @TempDir Path directory) throws Exception {
        try (EngineProcess engine = EngineProcess.start(directory);
                Acknowledgements commits = new Acknowledgements()) {
            String nqn = storage.share(engine, directory);
            String attach =
                    "device=$(attach '%s' %d --reconnect-delay=1 --ctrl-loss-tmo=300)\n"
                            .formatted(nqn, engine.port());

            try (Guest host = Guest.bootWithPostgresql(GuestKernel.LINUX_6_12)) {
                host.run(
                        attach
                                + """
                                mkfs.ext4 -q -F $device
                                mount -t ext4 $device /mnt
                                new_database /mnt/data
                                start_database /mnt/data
                                postgresql pgbench -i -q 2>&1
                                sql 'CREATE TABLE ledger (entry integer PRIMARY KEY)'
                                """);
                host.start("postgresql pgbench -n -c 2 -T 600 2>&1");
                host.start(
                        """
                        for ((i = 1; ; i++)); do echo "INSERT INTO ledger VALUES ($i) RETURNING entry;"; done |
                            sql >/dev/tcp/%s/%d
                        """
                                .formatted(Guest.HOST, commits.port()));
                commits.awaitMore(100);

                host.kernelLog().expect("nvme");
                engine.kill();
                engine.start();
                storage.share(engine, directory);
                commits.awaitMore(300);
                host.kernelLog().check();
            } // where its power is cut

            int acknowledged = commits.last();
            try (Guest host = Guest.bootWithPostgresql(GuestKernel.LINUX_6_12)) {
                String found =
                        host.run(
                                attach
                                        + """
                                        mount -t ext4 $device /mnt
                                        start_database /mnt/data
                                        sql 'SELECT count(*) FROM ledger WHERE entry <= %d' \
                                            'SELECT sum(abalance) = (SELECT sum(delta) FROM pgbench_history) FROM pgbench_accounts' \
                                            'SELECT sum(tbalance) = (SELECT sum(delta) FROM pgbench_history) FROM pgbench_tellers' \
                                            'SELECT sum(bbalance) = (SELECT sum(delta) FROM pgbench_history) FROM pgbench_branches'
                                        stop_database /mnt/data
                                        umount /mnt
                                        e2fsck -fn $device >/dev/null 2>&1
                                        """
                                                .formatted(acknowledged));
                assertEquals(acknowledged + "\nt\nt\nt\n", found, "entries; balances that agree");
                host.kernelLog().check();
            }
        }
    }
}
