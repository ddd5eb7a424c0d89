package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast a table is classified beside the plain runtime: medians in turns, printed;
 * docs/spark.md. Only with {@code -Dlitegraft.long=true}; {@code -Dlitegraft.texts=N} and {@code
 * -Dlitegraft.rounds=N} for other numbers.
 */
@EnabledIfSystemProperty(named = "litegraft.long", matches = "true")
class RatesTest {
  private static final String PLAIN = "plain, threads ";
  private static final String EXECUTORS = "executors ";
  private static final int ROUNDS = Integer.getInteger("litegraft.rounds", 3);

  @TempDir static Path folder;

  /** A run: texts a second by the clock, and by the processor time of those that answered. */
  private record Rate(double clock, double processor) {}

  @Test
  void ratesInTurns() throws Exception {
    int count = Integer.getInteger("litegraft.texts", 100_000);
    Path file = Tables.file(folder, "examples/ko-movie-reviews");
    List<String> reviews = Tables.reviews();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(reviews.get(i % reviews.size()));
    }
    String table = folder.resolve("texts.parquet").toString();
    SparkSession writer = Tables.session("local[2]");
    Tables.table(writer, texts, 8).write().parquet(table);
    writer.stop();

    Map<String, List<Rate>> rates = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      add(rates, PLAIN + 1, plain(file, texts, 1));
      add(rates, PLAIN + 2, plain(file, texts, 2));
      for (int executors = 1; executors <= 2; executors++) {
        List<Rate> passes = spark(file, table, count, executors);
        add(rates, EXECUTORS + executors + ", new JVMs", passes.get(0));
        add(rates, EXECUTORS + executors, passes.get(1));
      }
    }
    rates.forEach(
        (name, all) ->
            System.out.printf(
                Locale.ROOT,
                "%-22s  %7.0f texts/s by the clock (median of %d)  %7.0f by processor time%n",
                name,
                median(all, true),
                ROUNDS,
                median(all, false)));
    List<Rate> plain = found(rates, PLAIN + 2);
    List<Rate> two = found(rates, EXECUTORS + 2);
    System.out.printf(
        Locale.ROOT,
        "two of one: %.2f   two executors of plain: %.0f %% by the clock, %.0f %% by processor"
            + " time%n",
        median(two, true) / median(found(rates, EXECUTORS + 1), true),
        100 * median(two, true) / median(plain, true),
        100 * median(two, false) / median(plain, false));
    assertThat(median(two, false)).isPositive();
  }

  private static void add(Map<String, List<Rate>> rates, String name, Rate rate) {
    rates.computeIfAbsent(name, n -> new ArrayList<>()).add(rate);
  }

  private static List<Rate> found(Map<String, List<Rate>> rates, String name) {
    return Objects.requireNonNull(rates.get(name));
  }

  private static double median(List<Rate> rates, boolean clock) {
    double[] all =
        rates.stream().mapToDouble(r -> clock ? r.clock() : r.processor()).sorted().toArray();
    return all[all.length / 2];
  }

  private static Rate plain(Path file, List<String> texts, int threads) throws Exception {
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(1).withInterpreters(threads);
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      assertThat(classifier.classifyAll(texts.stream().limit(5000)).count()).isPositive();
      Duration before = processorTime(List.of(ProcessHandle.current()));
      long begin = System.nanoTime();
      try (Stream<?> answers =
          classifier.classifyAll(texts.stream()).map(o -> o.orThrow().label())) {
        assertThat(answers.filter(label -> !label.equals("")).count()).isEqualTo(texts.size());
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double used = processorTime(List.of(ProcessHandle.current())).minus(before).toNanos() / 1e9;
      return new Rate(texts.size() / seconds, texts.size() * 1.0 / used);
    }
  }

  /** Two passes over the table: of executors that begin, and of the same ones behind it. */
  private static List<Rate> spark(Path file, String table, int count, int executors) {
    SparkSession spark = Tables.session("local-cluster[" + executors + ",1,1024]");
    try {
      Dataset<Row> answered =
          new LitegraftClassifier()
              .setFile(file.toString())
              .setProbabilityCol("")
              .transform(spark.read().parquet(table));
      answered.limit(10).filter("label <> ''").count(); // Starts the executors.
      List<ProcessHandle> processes =
          ProcessHandle.current().descendants().filter(p -> name(p).contains("java")).toList();
      List<Rate> passes = new ArrayList<>();
      for (int pass = 0; pass < 2; pass++) {
        Duration before = processorTime(processes);
        long begin = System.nanoTime();
        assertThat(answered.filter("label <> ''").count()).isEqualTo(count);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double used = processorTime(processes).minus(before).toNanos() / 1e9;
        passes.add(new Rate(count / seconds, count / used));
      }
      return passes;
    } finally {
      spark.stop();
    }
  }

  private static String name(ProcessHandle process) {
    return process.info().command().orElse("");
  }

  private static Duration processorTime(List<ProcessHandle> processes) {
    return processes.stream()
        .map(p -> p.info().totalCpuDuration())
        .flatMap(Optional::stream)
        .reduce(Duration.ZERO, Duration::plus);
  }
}
