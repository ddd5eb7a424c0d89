package dev.litegraft.lab.benchmark;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file, and what was measured of it.
 *
 * @param file what the user named
 * @param bytes its size
 * @param recipe how it is stored; empty where it does not say so
 * @param coldStart from opening the file to the first answer, in processes of their own, in which
 *     Java and the native library are cold, too; absent where none can be started
 * @param warmStart the same in a process that has answered before
 * @param residentBytes the least memory of these processes after the answer, Java's included;
 *     absent where the system does not say it
 * @param peakBytes the least of what they had at most
 * @param latencies by tokens and threads
 */
public record BenchmarkedFile(
    String file,
    long bytes,
    String recipe,
    Optional<Timing> coldStart,
    Timing warmStart,
    OptionalLong residentBytes,
    OptionalLong peakBytes,
    List<Latency> latencies) {
  public BenchmarkedFile {
    latencies = List.copyOf(latencies);
  }

  /** The latency at these numbers of tokens and threads. */
  public Optional<Latency> latency(int tokens, int threads) {
    return latencies.stream()
        .filter(one -> one.tokens() == tokens && one.threads() == threads)
        .findFirst();
  }
}
