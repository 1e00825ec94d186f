package io.mayastor.engine.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void aBoundBelongsToItsOwnBucket() {
        for (int bucket = 0; bucket < LatencyHistogram.BUCKETS - 1; bucket++) {
            long bound = LatencyHistogram.boundNanos(bucket);

            assertEquals(bucket, bucketOf(bound));
            assertEquals(bucket + 1, bucketOf(bound + 1));
        }
    }

    @Test
    void everyDurationIsBetweenTheBoundsOfItsBucket() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextLong() >>> random.nextInt(1, Long.SIZE);

            int bucket = bucketOf(nanos);

            assertTrue(nanos <= LatencyHistogram.boundNanos(bucket), nanos + " in " + bucket);
            assertTrue(
                    bucket == 0 || nanos > LatencyHistogram.boundNanos(bucket - 1),
                    nanos + " in " + bucket);
        }
    }

    @Test
    void whatTookNoTimeIsCounted() {
        assertTrue(histogram.isEmpty());

        histogram.record(0);
        histogram.record(3_000);

        assertFalse(histogram.isEmpty());
        assertEquals(2, histogram.count(0));
        assertEquals(3_000, histogram.sumNanos());
    }

    private static int bucketOf(long nanos) {
        LatencyHistogram single = new LatencyHistogram();
        single.record(nanos);
        for (int bucket = 0; bucket < LatencyHistogram.BUCKETS; bucket++) {
            if (single.count(bucket) == 1) {
                return bucket;
            }
        }
        throw new AssertionError(nanos + " is in no bucket");
    }
}
