package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that executors open at its path is replaced while the session lives. */
class ReplacedFileTest {
  private static final String OTHER = "cli/src/test/resources/tasks/nli-three/model";

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path reviews;
  private static Path other;

  @BeforeAll
  static void open() throws Exception {
    spark = Tables.session("local[2]");
    reviews = Tables.file(folder, "examples/ko-movie-reviews");
    other = Tables.file(folder, OTHER);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  /** As a deployment does it: the path always leads to a whole file. */
  private static void put(Path file, Path place) throws Exception {
    Path beside = folder.resolve("beside");
    Files.copy(file, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(beside, Files.getLastModifiedTime(reviews));
    Files.move(beside, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<String> expected(Path file, List<String> texts) throws Exception {
    try (TextClassifier plain = TextClassifier.open(file)) {
      return texts.stream().map(text -> plain.classify(text).label()).toList();
    }
  }

  private static List<String> labels(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void theNewModelAnswersAndTheOldOneIsClosed() throws Exception {
    List<String> texts = Tables.reviews().subList(0, 20);
    Dataset<Row> table = Tables.table(spark, texts, 1);
    List<String> inOrder = labels(table);
    table.createOrReplaceTempView("reviews");
    Path place = folder.resolve("served.tflite");
    put(reviews, place);
    LitegraftClassifier classifier =
        new LitegraftClassifier().setFile(place.toString()).setDistribution(ModelFile.PATH);
    LitegraftFunctions.of(spark).withPaths().classify("replaced", place.toString());

    List<String> before = expected(reviews, inOrder);
    List<String> after = expected(other, inOrder);
    assertThat(after).isNotEqualTo(before);
    assertThat(labels(classifier.transform(table).select("label"))).isEqualTo(before);
    assertThat(labels(spark.sql("SELECT replaced(text).label FROM reviews"))).isEqualTo(before);
    int open = ExecutorModels.openNow();
    int opened = ExecutorModels.opened();

    put(other, place);
    assertThat(labels(classifier.transform(table).select("label"))).isEqualTo(after);
    assertThat(labels(spark.sql("SELECT replaced(text).label FROM reviews"))).isEqualTo(after);
    assertThat(ExecutorModels.opened()).isEqualTo(opened + 1);
    assertThat(ExecutorModels.openNow()).isEqualTo(open);
  }

  /** What a task does, in this process. */
  private static String replacing(ModelFile file, String text) {
    TextClassifier first = ExecutorModels.of(file, TextClassifier.class, TextClassifier::of);
    try {
      put(other, Path.of(file.path()));
      TextClassifier outside =
          CompletableFuture.supplyAsync(
                  () -> ExecutorModels.of(file, TextClassifier.class, TextClassifier::of))
              .get();
      TextClassifier later = ExecutorModels.of(file, TextClassifier.class, TextClassifier::of);
      return (later == first)
          + " "
          + later.classify(text).label()
          + " "
          + outside.classify(text).label();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTaskKeepsItsModelWhichIsClosedBehindIt() throws Exception {
    Path place = folder.resolve("during.tflite");
    put(reviews, place);
    ModelFile file = ModelFile.of(spark.sparkContext(), place.toString(), ModelFile.PATH, false);
    String text = Tables.reviews().get(0);
    ExecutorModels.of(file, TextClassifier.class, TextClassifier::of);
    int open = ExecutorModels.openNow();
    MapFunction<String, String> task = given -> replacing(file, given);
    List<String> said =
        spark
            .createDataset(List.of(text), Encoders.STRING())
            .coalesce(1)
            .map(task, Encoders.STRING())
            .collectAsList();
    assertThat(said)
        .containsExactly(
            "true "
                + expected(reviews, List.of(text)).get(0)
                + " "
                + expected(other, List.of(text)).get(0));
    assertThat(ExecutorModels.openNow()).isEqualTo(open);
  }
}
