/**
 * Programs and JMH benchmarks behind the figures of {@code bench/RESULTS.md}. The scripts beside
 * that file start the programs; {@code java -jar bench/target/bench.jar} runs the benchmarks.
 */
package io.mayastor.bench;
