package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    List<List<Rate>> rates =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < ROUNDS; round++) {
      rates.get(0).add(plain(file, texts, 1));
      rates.get(1).add(plain(file, texts, 2));
      rates.get(2).add(spark(file, table, count, 1));
      rates.get(3).add(spark(file, table, count, 2));
    }
    List<String> names =
        List.of("plain, 1 thread", "plain, 2 threads", "one executor", "two executors");
    for (int i = 0; i < names.size(); i++) {
      System.out.printf(
          Locale.ROOT,
          "%-16s  %7.0f texts/s by the clock (median of %d)  %7.0f by processor time%n",
          names.get(i),
          median(rates.get(i), true),
          ROUNDS,
          median(rates.get(i), false));
    }
    System.out.printf(
        Locale.ROOT,
        "two of one: %.2f   two executors of plain: %.0f %% by the clock, %.0f %% by processor"
            + " time%n",
        median(rates.get(3), true) / median(rates.get(2), true),
        100 * median(rates.get(3), true) / median(rates.get(1), true),
        100 * median(rates.get(3), false) / median(rates.get(1), false));
    assertThat(median(rates.get(3), false)).isPositive();
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

  private static Rate spark(Path file, String table, int count, int executors) {
    SparkSession spark = Tables.session("local-cluster[" + executors + ",1,1024]");
    try {
      Dataset<Row> answered =
          new LitegraftClassifier()
              .setFile(file.toString())
              .setProbabilityCol("")
              .transform(spark.read().parquet(table));
      // The first run starts the executors, which compile what they are to do.
      answered.limit(5000).filter("label <> ''").count();
      answered.limit(5000).filter("label <> ''").count();
      List<ProcessHandle> processes =
          ProcessHandle.current().descendants().filter(p -> name(p).contains("java")).toList();
      Duration before = processorTime(processes);
      long begin = System.nanoTime();
      assertThat(answered.filter("label <> ''").count()).isEqualTo(count);
      double seconds = (System.nanoTime() - begin) / 1e9;
      double used = processorTime(processes).minus(before).toNanos() / 1e9;
      return new Rate(count / seconds, count / used);
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
