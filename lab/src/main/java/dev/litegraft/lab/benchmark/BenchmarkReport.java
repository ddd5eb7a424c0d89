package dev.litegraft.lab.benchmark;

import dev.litegraft.lab.evaluation.Machine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a benchmark found.
 *
 * @param machine where
 * @param load what else ran when it began: how many wanted a processor; absent where the system
 *     does not say it
 * @param rounds in each of which every file answered at all numbers of tokens and threads
 * @param peaks the machine's, by threads
 * @param files in the order in which they were named
 * @param seconds that it took
 */
public record BenchmarkReport(
    Machine machine,
    OptionalDouble load,
    int rounds,
    List<Peak> peaks,
    List<BenchmarkedFile> files,
    double seconds) {
  public BenchmarkReport {
    peaks = List.copyOf(peaks);
    files = List.copyOf(files);
  }

  /** The peak of so many threads. */
  public Optional<Peak> peak(int threads) {
    return peaks.stream().filter(peak -> peak.threads() == threads).findFirst();
  }

  /** Whether a file takes several texts at once. */
  public boolean hasTogether() {
    return files.stream()
        .flatMap(file -> file.latencies().stream())
        .anyMatch(one -> one.together().isPresent());
  }

  /** Letters that stand for files, as their names may be long. */
  public static String letter(int index) {
    return index < 26 ? String.valueOf((char) ('A' + index)) : "F" + index;
  }
}
