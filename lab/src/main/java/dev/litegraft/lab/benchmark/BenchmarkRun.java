package dev.litegraft.lab.benchmark;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.benchmark.Latency.Ratio;
import dev.litegraft.lab.benchmark.Latency.Together;
import dev.litegraft.lab.evaluation.Footprint;
import dev.litegraft.lab.evaluation.Machine;
import dev.litegraft.lab.statistics.PairedBootstrap;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.FileVerifier.Products;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One benchmark. A round is: the probe of the peak, then for each number of tokens and threads
 * every file in turn, a few calls each, of which the first is not counted: it makes room for its
 * tokens, and finds another file's weights in the caches. The next round begins with the next file.
 */
final class BenchmarkRun {
  /** Calls of a file at once: as many as take so long, within these bounds. */
  private static final double TURN_MILLISECONDS = 20;

  private static final int FEWEST_CALLS = 2;
  private static final int MOST_CALLS = 20;
  private static final int PROBES = 3;

  /** Starts of each file: processes are dear. */
  private static final int MOST_STARTS = 5;

  private record Place(int file, int tokens, int threads, boolean together) {}

  /** One of a file's calls; its milliseconds. */
  private interface Call {
    double of(int tokens, int threads);
  }

  private final Benchmark asked;
  private final List<Subject> subjects;
  private final List<Integer> tokens;
  private final List<PeakProbe> probes;
  private final Map<Place, List<double[]>> rounds = new HashMap<>();
  private long done;

  private BenchmarkRun(Benchmark asked, List<Subject> subjects, List<PeakProbe> probes) {
    this.asked = asked;
    this.subjects = subjects;
    this.probes = probes;
    this.tokens =
        asked.tokens().stream().filter(n -> subjects.stream().anyMatch(s -> s.takes(n))).toList();
    if (tokens.isEmpty()) {
      Subject first = subjects.get(0);
      throw new InvalidRequestException(
          asked.tokens() + " tokens, where the file takes at most " + first.mostTokens(),
          first.path().toString(),
          "fewer tokens, as --tokens " + first.mostTokens());
    }
  }

  static BenchmarkReport of(Benchmark asked) throws IOException {
    long begin = System.nanoTime();
    OptionalDouble load = load();
    List<AutoCloseableQuietly> opened = new ArrayList<>();
    try (TemporaryFolder folder = TemporaryFolder.of("benchmark")) {
      List<Subject> subjects = new ArrayList<>();
      for (Path file : asked.files()) {
        Subject subject = Subject.open(file, asked.runtime(), asked.threads());
        opened.add(subject::close);
        subjects.add(subject);
      }
      Path int8 = folder.resolve("int8.tflite");
      Path f32 = folder.resolve("f32.tflite");
      PeakProbe.write(int8, f32);
      List<PeakProbe> probes = new ArrayList<>();
      for (int threads : asked.threads()) {
        PeakProbe probe = PeakProbe.open(int8, f32, threads);
        opened.add(probe::close);
        probes.add(probe);
      }
      BenchmarkRun run = new BenchmarkRun(asked, subjects, probes);
      for (int round = 0; round < asked.rounds(); round++) {
        run.round(round);
      }
      return run.report(Machine.here(), load, begin);
    } finally {
      opened.forEach(AutoCloseableQuietly::close);
    }
  }

  /** What throws nothing when it is closed. */
  private interface AutoCloseableQuietly extends AutoCloseable {
    @Override
    void close();
  }

  private static OptionalDouble load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load);
  }

  private void round(int round) throws IOException {
    start(round);
    for (int threads : asked.threads()) {
      probes.get(asked.threads().indexOf(threads)).measure(PROBES);
      for (int count : tokens) {
        for (int i = 0; i < subjects.size(); i++) {
          int file = (i + round) % subjects.size();
          Subject subject = subjects.get(file);
          if (subject.takes(count)) {
            keep(new Place(file, count, threads, false), subject::answer);
          }
          if (subject.takes(count) && subject.answersTogether(count)) {
            keep(new Place(file, count, threads, true), subject::answerTogether);
          }
        }
        asked.progress().at(++done, (long) asked.rounds() * asked.threads().size() * tokens.size());
      }
    }
  }

  private void keep(Place place, Call call) {
    rounds
        .computeIfAbsent(place, first -> new ArrayList<>())
        .add(turn(call, place.tokens(), place.threads()));
  }

  private static double[] turn(Call call, int tokens, int threads) {
    call.of(tokens, threads);
    double[] milliseconds = new double[MOST_CALLS];
    int calls = 0;
    double all = 0;
    while (calls < FEWEST_CALLS || (calls < MOST_CALLS && all < TURN_MILLISECONDS)) {
      milliseconds[calls] = call.of(tokens, threads);
      all += milliseconds[calls++];
    }
    return Arrays.copyOf(milliseconds, calls);
  }

  /** Opens each file once here and once in a process of its own. */
  private void start(int round) throws IOException {
    RuntimeOptions options =
        asked.runtime().withThreads(asked.threads().get(asked.threads().size() - 1));
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get((i + round) % subjects.size());
      if (round < MOST_STARTS) {
        Optional<Footprint> cold = Footprint.of(subject.path(), options);
        cold.ifPresent(subject.cold()::add);
      }
      subject.warm().add(Footprint.firstAnswer(subject.path(), options));
    }
  }

  private BenchmarkReport report(Machine machine, OptionalDouble load, long begin) {
    List<Peak> peaks = probes.stream().map(PeakProbe::peak).toList();
    List<BenchmarkedFile> files = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      List<Footprint> cold = subject.cold();
      files.add(
          new BenchmarkedFile(
              subject.path().toString(),
              subject.bytes(),
              subject.recipe(),
              cold.isEmpty()
                  ? Optional.empty()
                  : Optional.of(timing(cold.stream().map(Footprint::startMilliseconds).toList())),
              timing(subject.warm()),
              least(cold.stream().map(Footprint::residentBytes).toList()),
              least(cold.stream().map(Footprint::peakBytes).toList()),
              latencies(i, peaks)));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new BenchmarkReport(machine, load, asked.rounds(), peaks, files, seconds);
  }

  private static Timing timing(List<Double> milliseconds) {
    return Timing.of(milliseconds.stream().mapToDouble(Double::doubleValue).sorted().toArray());
  }

  private static OptionalLong least(List<OptionalLong> bytes) {
    return bytes.stream().flatMapToLong(OptionalLong::stream).min();
  }

  private List<Latency> latencies(int file, List<Peak> peaks) {
    List<Latency> latencies = new ArrayList<>();
    for (Peak peak : peaks) {
      for (int count : tokens) {
        List<double[]> own = rounds.get(new Place(file, count, peak.threads(), false));
        if (own != null) {
          latencies.add(latency(file, count, peak, own));
        }
      }
    }
    return latencies;
  }

  private Latency latency(int file, int tokens, Peak peak, List<double[]> own) {
    Optional<Products> products = subjects.get(file).products(tokens);
    List<double[]> first = rounds.get(new Place(0, tokens, peak.threads(), false));
    List<double[]> together = rounds.get(new Place(file, tokens, peak.threads(), true));
    Timing timing = all(own);
    OptionalDouble gops = OptionalDouble.empty();
    OptionalDouble share = OptionalDouble.empty();
    if (products.isPresent()) {
      long whole = products.get().whole();
      long floats = products.get().floats();
      gops = OptionalDouble.of(Peak.rate(whole + floats, timing.min()));
      share = OptionalDouble.of(peak.milliseconds(whole, floats) / timing.min());
    }
    return new Latency(
        tokens,
        peak.threads(),
        timing,
        gops,
        share,
        file == 0 || first == null ? Optional.empty() : Optional.of(ratio(own, first)),
        together == null
            ? Optional.empty()
            : Optional.of(
                new Together(
                    subjects.get(file).textsAtOnce(), all(together), ratio(together, own))));
  }

  private static Timing all(List<double[]> turns) {
    return Timing.of(turns.stream().flatMapToDouble(Arrays::stream).sorted().toArray());
  }

  private static Ratio ratio(List<double[]> own, List<double[]> first) {
    double[] ratios = new double[own.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = median(own.get(i)) / median(first.get(i));
    }
    Arrays.sort(ratios);
    return new Ratio(PairedBootstrap.quantile(ratios, 0.5), ratios[0], ratios[ratios.length - 1]);
  }

  private static double median(double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    return PairedBootstrap.quantile(sorted, 0.5);
  }
}
