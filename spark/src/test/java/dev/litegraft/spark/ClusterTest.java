package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two executors that are processes of their own, each with two tasks at a time, of a Spark that is
 * laid out in {@code target}.
 */
class ClusterTest {
  private static final int EXECUTORS = 2;

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path file;

  @BeforeAll
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  static void open() throws Exception {
    spark = Tables.session("local-cluster[2,2,1024]", 2);
    // Else the first one that comes may have done all before the second one is there.
    while (spark.sparkContext().getExecutorMemoryStatus().size() < 1 + EXECUTORS) {
      Thread.sleep(50);
    }
    file = Tables.file(folder, "examples/ko-movie-reviews");
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  /** Each row with the process that answered it, and how many models that has opened. */
  private static Dataset<Row> withProcess(Dataset<Row> rows) {
    MapFunction<Row, Row> pid =
        row -> {
          Object[] values = new Object[row.size() + 2];
          for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
          }
          values[row.size()] = ProcessHandle.current().pid();
          values[row.size() + 1] = ExecutorModels.opened();
          return RowFactory.create(values);
        };
    return rows.map(
        pid,
        Encoders.row(
            rows.schema().add("pid", DataTypes.LongType).add("opened", DataTypes.IntegerType)));
  }

  /**
   * Holds the tasks of one process back behind their first answer, for as long as it lives; the
   * others go on once one is held.
   */
  private record Holding(long doomed, String held) implements FilterFunction<Row> {
    @Override
    public boolean call(Row row) throws Exception {
      Path mark = Path.of(held);
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      if (ProcessHandle.current().pid() == doomed) {
        Files.write(mark, new byte[0]);
        while (System.nanoTime() < end) {
          Thread.sleep(50);
        }
        throw new IllegalStateException("nobody killed process " + doomed);
      }
      while (!Files.exists(mark)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("process " + doomed + " got no task");
        }
        Thread.sleep(50);
      }
      return true;
    }
  }

  /** Kills a process when a task of it is held and another has ended; sees one being run again. */
  private static final class Killing extends SparkListener {
    private final ProcessHandle doomed;
    private final Path held;
    private final CountDownLatch runAgain = new CountDownLatch(1);
    private final Map<String, Integer> begun = new HashMap<>();

    Killing(long pid, Path held) {
      doomed = ProcessHandle.of(pid).orElseThrow();
      this.held = held;
    }

    private static String task(int stage, TaskInfo info) {
      return stage + "/" + info.partitionId();
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      begun.merge(task(start.stageId(), start.taskInfo()), 1, Integer::sum);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      int times = begun.getOrDefault(task(end.stageId(), end.taskInfo()), 0);
      if (times == 0 || !end.taskInfo().successful() || !Files.exists(held)) {
        return; // One of the job before, or one that died.
      }
      if (times > 1) {
        runAgain.countDown();
      }
      if (doomed.isAlive()) {
        doomed.destroyForcibly();
        doomed.onExit().join();
      }
    }
  }

  @Test
  void anExecutorThatIsKilledCostsNoAnswer() throws Exception {
    List<String> texts = Tables.reviews();
    Dataset<Row> table = Tables.table(spark, texts, 16).cache();
    Dataset<Row> answered =
        withProcess(
            new LitegraftClassifier()
                .setFile(file.toString())
                .setProbabilityCol("")
                .transform(table));
    // Both processes are there, and each has the model once, for all of its tasks.
    List<Row> seen = answered.select("pid", "opened").distinct().collectAsList();
    List<Long> processes = seen.stream().map(row -> row.getLong(0)).toList();
    assertThat(processes).hasSize(EXECUTORS).doesNotContain(ProcessHandle.current().pid());
    assertThat(seen).allMatch(row -> row.getInt(1) == 1);

    Path held = folder.resolve("held");
    Killing killing = new Killing(processes.get(0), held);
    spark.sparkContext().addSparkListener(killing);
    List<Row> rows =
        answered.filter(new Holding(processes.get(0), held.toString())).collectAsList();
    // Tasks that had begun on the one that died, in which at least one row had been answered.
    assertThat(held).exists();
    assertThat(killing.runAgain.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(ProcessHandle.of(processes.get(0)).filter(ProcessHandle::isAlive)).isEmpty();

    assertThat(rows.stream().map(r -> r.getString(0)).sorted().toList())
        .isEqualTo(texts.stream().sorted().toList());
    Map<String, Row> found = new HashMap<>();
    rows.forEach(row -> found.put(row.getString(0), row));
    try (TextClassifier plain = TextClassifier.open(file)) {
      for (String text : texts.subList(0, 500)) {
        Row row = Objects.requireNonNull(found.get(text));
        assertThat(row.getString(1)).isEqualTo(plain.classify(text).label());
        assertThat(row.getDouble(2)).isEqualTo(plain.classify(text).score());
      }
    }
  }

  @Test
  void aTableOfParquetIsClassifiedOnExecutors() throws Exception {
    String in = folder.resolve("in.parquet").toString();
    String out = folder.resolve("out.parquet").toString();
    List<String> texts = Tables.reviews().subList(0, 200);
    Tables.table(spark, texts, 2).write().parquet(in);
    new LitegraftClassifier()
        .setFile(file.toString())
        .setDistribution("path")
        .transform(spark.read().parquet(in))
        .write()
        .parquet(out);
    Dataset<Row> answered = spark.read().parquet(out);
    assertThat(answered.count()).isEqualTo(texts.size());
    assertThat(answered.filter("label IN ('positive', 'negative') AND score >= 0.5").count())
        .isEqualTo(texts.size());
  }
}
