package io.mayastor.engine.pool.crash;

/**
 * One seed: its run, all points of it, and now and then what comes after: the pool is opened by the
 * engine, used on, and crashes again.
 */
final class CrashRuns {
    private static final int OPERATIONS = Integer.getInteger("mayastor.crash.operations", 2000);
    private static final int LOOKS = Integer.getInteger("mayastor.crash.looks", 2);
    private static final int GO_ON_EVERY = Integer.getInteger("mayastor.crash.reopen", 1000);
    private static final int OPERATIONS_AFTER = 60;

    private CrashRuns() {}

    static void enumerate(long seed, CrashCoverage coverage) {
        PoolRun run = PoolRun.record(seed, OPERATIONS);
        String point = System.getProperty("mayastor.crash.point", "").trim();
        String first = System.getProperty("mayastor.crash.first", "").trim();
        if (!first.isEmpty()) {
            try (CrashWalk walk = new CrashWalk(run, coverage)) {
                walk.one(
                        CrashPoint.parse(first),
                        (at, images, pool) -> {
                            PoolRun second = run.after(at, images, pool, OPERATIONS_AFTER);
                            points(second, point, coverage, (p, i, l) -> {});
                        });
            }
        } else {
            long[] count = new long[1];
            points(
                    run,
                    point,
                    coverage,
                    (at, images, pool) -> {
                        if (++count[0] % GO_ON_EVERY == 0) {
                            coverage.reopened.incrementAndGet();
                            PoolRun second = run.after(at, images, pool, OPERATIONS_AFTER);
                            points(second, "", coverage, (p, i, l) -> {});
                        }
                    });
        }
    }

    private static void points(
            PoolRun run, String point, CrashCoverage coverage, CrashWalk.Visitor visitor) {
        try (CrashWalk walk = new CrashWalk(run, coverage)) {
            if (point.isEmpty()) {
                walk.all(LOOKS, visitor);
            } else {
                walk.one(CrashPoint.parse(point), visitor);
            }
        }
    }

    /** For a process of its own: the seed, and nothing but the exit code tells how it went. */
    public static void main(String[] arguments) {
        CrashCoverage coverage = new CrashCoverage();
        enumerate(Long.parseLong(arguments[0]), coverage);
        System.out.println(coverage);
    }
}
