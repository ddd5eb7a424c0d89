package dev.litegraft.cli;

import dev.litegraft.lab.benchmark.Benchmark;
import dev.litegraft.lab.benchmark.BenchmarkPage;
import dev.litegraft.lab.benchmark.BenchmarkReport;
import dev.litegraft.lab.benchmark.BenchmarkedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how fast files are on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure files: latency by tokens and threads, cold and warm start, memory, and which share"
          + " of the machine's own peak they reach.",
      "Files answer in turns, round by round, so that what else the machine does slows all of them;"
          + " the others are compared with the first."
    })
final class BenchCommand extends Subcommand {
  private static final int MOST_TOKENS = 1 << 20;
  private static final int MOST_THREADS = 256;
  private static final int MOST_ROUNDS = 10_000;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, the one to compare with first.")
  private List<Path> files;

  @Option(
      names = "--tokens",
      paramLabel = "N,N",
      split = ",",
      description =
          "Tokens of the texts; default: 8,16,32,64,128,512, as far as a file takes them.")
  private @Nullable List<Integer> tokens;

  @Option(
      names = "--thread-counts",
      paramLabel = "N,N",
      split = ",",
      description = "Threads of a call; default: 1 and what --threads says.")
  private @Nullable List<Integer> threads;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds, in each of which all files answer at all tokens and threads; default: 7.")
  private int rounds = 7;

  @Option(
      names = "--report",
      paramLabel = "out.html",
      description = "Write one page with tables and plots.")
  private @Nullable Path report;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    List<Integer> counts = threads == null ? List.of(1, common().threads()) : threads;
    List<Integer> lengths = tokens == null ? Benchmark.USUAL_TOKENS : tokens;
    require("--tokens", lengths, MOST_TOKENS);
    require("--thread-counts", counts, MOST_THREADS);
    require("--rounds", List.of(rounds), MOST_ROUNDS);
    Optional<ReportFile> page =
        report == null ? Optional.empty() : Optional.of(ReportFile.at(report));
    BenchmarkReport result;
    try (ProgressBar bar = notes().progress("measuring")) {
      result =
          Benchmark.of(files)
              .withRuntime(opening.runtime(common()))
              .withTokens(lengths)
              .withThreads(counts)
              .withRounds(rounds)
              .withProgress(bar::at)
              .run();
    }
    List<String> lacks = tokens == null ? List.of() : leftOut(result, tokens);
    lacks.forEach(notes()::lack);
    if (page.isPresent()) {
      page.get().write(BenchmarkPage.of(result));
    }
    if (common().json()) {
      out().line(JsonLine.of(json -> BenchJson.write(result, lacks, json)));
    } else {
      new BenchView(result, out()).print();
    }
    return ExitCode.DONE;
  }

  /** What was asked for, and no file or not every one takes. */
  private static List<String> leftOut(BenchmarkReport result, List<Integer> wanted) {
    List<String> lacks = new ArrayList<>();
    for (int i = 0; i < result.files().size(); i++) {
      BenchmarkedFile file = result.files().get(i);
      List<Integer> left =
          wanted.stream()
              .filter(n -> file.latencies().stream().noneMatch(one -> one.tokens() == n))
              .toList();
      if (!left.isEmpty()) {
        lacks.add(BenchmarkReport.letter(i) + " takes fewer tokens than " + left);
      }
    }
    return lacks;
  }

  private void require(String option, List<Integer> numbers, int most) {
    for (int number : numbers) {
      if (number < 1 || number > most) {
        throw usage(option + " is " + number, "a number from 1 to " + most);
      }
    }
  }
}
