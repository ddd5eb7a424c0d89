package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Entity;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TokenClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Columns in, columns out, in one process; what answers is the runtime, and the answers are its.
 */
class TransformersTest {
  private static final String REVIEWS = "examples/ko-movie-reviews";
  private static final String TAGGER = "cli/src/test/resources/tasks/tagger/model";
  private static final String EMBEDDER = "cli/src/test/resources/tasks/bi-encoder/model";

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path classifier;
  private static List<String> texts;

  @BeforeAll
  static void open() throws Exception {
    spark = Tables.session("local[2]");
    classifier = Tables.file(folder, REVIEWS);
    texts = Tables.reviews().subList(0, 300);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static LitegraftClassifier classifier() {
    return new LitegraftClassifier().setFile(classifier.toString());
  }

  private static InvalidRequestException fault(Dataset<Row> table, LitegraftClassifier how) {
    try {
      how.transform(table).collectAsList();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof InvalidRequestException found) {
          return found;
        }
      }
      throw new AssertionError(e);
    }
    throw new AssertionError("no fault");
  }

  @Test
  void labelScoreAndProbabilitiesAreThoseOfTheRuntime() throws Exception {
    List<Row> rows = classifier().transform(Tables.table(spark, texts, 3)).collectAsList();
    assertThat(rows).hasSize(texts.size());
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("text", "label", "score", "probability");
    try (TextClassifier plain = TextClassifier.open(classifier)) {
      for (Row row : rows) {
        Classification answer = plain.classify(row.getString(0));
        assertThat(row.getString(1)).isEqualTo(answer.label());
        assertThat(row.getDouble(2)).isEqualTo(answer.score());
        assertThat(((Vector) row.get(3)).toArray())
            .containsExactly(answer.probabilities().stream().mapToDouble(p -> p).toArray());
      }
    }
  }

  @Test
  void rowsKeepTheirOrderAndTheirOtherColumns() {
    Dataset<Row> table =
        spark.range(5000).selectExpr("id", "concat('리뷰 ', id) AS review", "id % 7 AS other");
    List<Row> rows =
        classifier()
            .setInputCol("review")
            .setProbabilityCol("")
            .setOutputCol("sentiment")
            .transform(table.coalesce(1))
            .collectAsList();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).getLong(0)).isEqualTo(i);
      assertThat(rows.get(i).getString(1)).isEqualTo("리뷰 " + i);
      assertThat(rows.get(i).getLong(2)).isEqualTo(i % 7);
    }
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("id", "review", "other", "sentiment", "score");
  }

  @Test
  void aModelIsOpenedOnceForAllTasks() {
    Dataset<Row> table = Tables.table(spark, texts, 8);
    classifier().transform(table).count();
    int before = ExecutorModels.opened();
    classifier().transform(table).collectAsList();
    classifier().setDistribution("broadcast").transform(table).collectAsList();
    assertThat(ExecutorModels.opened()).isEqualTo(before);
    classifier().setDistribution("path").transform(table).collectAsList();
    assertThat(ExecutorModels.opened()).isEqualTo(before + 1);
  }

  @Test
  void aPipelineIsSavedAndRead() throws Exception {
    String place = folder.resolve("pipeline").toString();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {classifier().setHandleInvalid("keep").setErrorCol("error")});
    Dataset<Row> table = Tables.table(spark, texts.subList(0, 20), 1);
    PipelineModel fitted = pipeline.fit(table);
    fitted.write().overwrite().save(place);
    PipelineModel read = PipelineModel.load(place);
    assertThat(read.transform(table).collectAsList())
        .isEqualTo(fitted.transform(table).collectAsList());
    LitegraftClassifier stage = (LitegraftClassifier) read.stages()[0];
    assertThat(stage.explainParams()).contains("handleInvalid").contains("current: keep");
    assertThat(stage.copy(new org.apache.spark.ml.param.ParamMap()).uid()).isEqualTo(stage.uid());
  }

  @Test
  void aNullIsAnErrorOrKeptOrLeftOut() {
    Dataset<Row> table =
        spark
            .createDataset(Arrays.asList("정말 재미있어요", null, "최악의 영화"), Encoders.STRING())
            .toDF("text")
            .coalesce(1);
    assertThat(fault(table, classifier()))
        .hasMessageContaining("the text is null")
        .extracting(InvalidRequestException::where)
        .isEqualTo("column text");
    List<Row> kept =
        classifier().setHandleInvalid("keep").setErrorCol("why").transform(table).collectAsList();
    assertThat(kept).hasSize(3);
    assertThat(kept.get(1).isNullAt(1)).isTrue();
    assertThat(kept.get(1).getString(4)).contains("the text is null");
    assertThat(kept.get(0).isNullAt(4)).isTrue();
    assertThat(kept.get(2).getString(1)).isEqualTo("negative");
    assertThat(classifier().setHandleInvalid("skip").transform(table).count()).isEqualTo(2);
  }

  /** More than the runtime reads ahead, and runs of nulls that are longer than what is held. */
  @Test
  void rowsKeepTheirOrderAmongManyNulls() throws Exception {
    List<String> mixed = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      mixed.add(i % 3 == 0 ? null : texts.get(i % texts.size()));
    }
    mixed.addAll(java.util.Collections.nCopies(10_000, null));
    mixed.add(texts.get(0));
    mixed.add(null);
    Dataset<Row> table = spark.createDataset(mixed, Encoders.STRING()).toDF("text").coalesce(1);
    List<Row> rows = classifier().setHandleInvalid("keep").transform(table).collectAsList();
    assertThat(rows).hasSameSizeAs(mixed);
    try (TextClassifier plain = TextClassifier.open(classifier)) {
      for (int i = 0; i < mixed.size(); i++) {
        String text = mixed.get(i);
        assertThat(rows.get(i).isNullAt(0)).isEqualTo(text == null);
        assertThat(rows.get(i).getString(1))
            .isEqualTo(text == null ? null : plain.classify(text).label());
      }
    }
    assertThat(classifier().setHandleInvalid("skip").transform(table).count()).isEqualTo(2001);
    assertThat(classifier().setHandleInvalid("keep").transform(table).limit(5).collectAsList())
        .isEqualTo(rows.subList(0, 5));
  }

  @Test
  void aTextWithoutTokensIsLikeANull() {
    Dataset<Row> table =
        spark.createDataset(List.of("정말 재미있어요", ""), Encoders.STRING()).toDF("text").coalesce(1);
    assertThat(fault(table, classifier())).hasMessageContaining("empty");
    List<Row> kept =
        classifier().setHandleInvalid("keep").setErrorCol("why").transform(table).collectAsList();
    assertThat(kept.get(0).getString(1)).isEqualTo("positive");
    assertThat(kept.get(1).isNullAt(1)).isTrue();
    assertThat(kept.get(1).getString(4)).contains("empty");
    assertThat(classifier().setHandleInvalid("skip").transform(table).count()).isEqualTo(1);
  }

  @Test
  void eachTransformerIsSavedAndRead() throws Exception {
    String place = folder.resolve("stages").toString();
    LitegraftEmbedder embedder = new LitegraftEmbedder().setPrompt("query").setOutputCol("v");
    embedder.write().overwrite().save(place + "/embedder");
    assertThat(LitegraftEmbedder.load(place + "/embedder").explainParams())
        .isEqualTo(embedder.explainParams());
    LitegraftTagger tagger = new LitegraftTagger().setAggregation("first").setPlainText(true);
    tagger.write().overwrite().save(place + "/tagger");
    assertThat(LitegraftTagger.load(place + "/tagger").explainParams())
        .isEqualTo(tagger.explainParams())
        .contains("current: first", "current: true");
  }

  @Test
  void whatDoesNotFitIsSaidBeforeAnythingRuns() throws Exception {
    Dataset<Row> table = Tables.table(spark, texts, 1);
    assertThatThrownBy(() -> classifier().setInputCol("body").transform(table))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there is no column \"body\"; there are text");
    assertThatThrownBy(() -> classifier().setInputCol("id").transform(spark.range(3).toDF()))
        .hasMessageContaining("column \"id\" is bigint, and texts are string");
    assertThatThrownBy(() -> classifier().setOutputCol("text").transform(table))
        .hasMessageContaining("there is a column \"text\" already");
    assertThatThrownBy(() -> new LitegraftClassifier().transform(table))
        .hasMessageContaining("parameter file is not set");
    assertThatThrownBy(() -> classifier().setFile("none.tflite").transform(table))
        .hasMessageContaining("there is no such file on the driver");
    assertThatThrownBy(() -> classifier().setHandleInvalid("drop"))
        .hasMessageContaining("handleInvalid");
    Path broken = Files.writeString(folder.resolve("broken.tflite"), "no file of this kind");
    assertThatThrownBy(
            () -> classifier().setFile(broken.toString()).transform(table).collectAsList())
        .hasStackTraceContaining("dev.litegraft.error.");
  }

  @Test
  void namesAreComparedAsTheSessionDoes() {
    Dataset<Row> table = Tables.table(spark, texts.subList(0, 3), 1);
    Dataset<Row> written = table.toDF("Text");
    Dataset<Row> labelled = table.withColumn("Label", functions.lit("x"));
    assertThat(classifier().setInputCol("text").transform(written).collectAsList()).hasSize(3);
    assertThatThrownBy(() -> classifier().transform(labelled))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there is a column \"Label\" already, which is \"label\" where");
    assertThatThrownBy(() -> classifier().transformSchema(labelled.schema()))
        .hasMessageContaining("there is a column \"Label\" already");
    spark.conf().set("spark.sql.caseSensitive", "true");
    try {
      assertThatThrownBy(() -> classifier().setInputCol("text").transform(written))
          .hasMessageContaining("there is no column \"text\"; there are Text");
      assertThat(classifier().transform(labelled).select("label").collectAsList()).hasSize(3);
      assertThat(classifier().transformSchema(labelled.schema()).fieldNames())
          .contains("Label", "label");
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // As programs call that do not check it.
  void whatIsThereTwiceOrNotAtAllIsSaid() {
    Dataset<Row> table = Tables.table(spark, texts.subList(0, 3), 1);
    assertThatThrownBy(
            () -> classifier().transform(table.selectExpr("text", "'other' AS text", "1 AS n")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there are 2 columns \"text\"; there are text, text, n");
    assertThatThrownBy(() -> classifier().setFile(null).transform(table))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("parameter file is null");
    assertThatThrownBy(() -> classifier().setInputCol(null).transform(table))
        .hasMessageContaining("parameter inputCol is null");
    assertThatThrownBy(
            () ->
                new LitegraftEmbedder()
                    .setFile(classifier.toString())
                    .setOutputCol("")
                    .transform(table))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the names of all output columns are empty");
    assertThatThrownBy(() -> classifier().setScoreCol("Label").transform(table))
        .hasMessageContaining("there is a column \"label\" already");
    assertThat(
            classifier()
                .transform(table.selectExpr("1 AS n", "2 AS n", "text"))
                .select("label")
                .collectAsList())
        .hasSize(3);
  }

  @Test
  void aTableThatHasLabelsIsClassifiedUnderOtherNames() {
    Dataset<Row> table =
        Tables.table(spark, texts.subList(0, 3), 1)
            .selectExpr("text", "1 AS label", "2 AS score", "3 AS probability", "4 AS error");
    List<String> given = List.of("--file", classifier.toString());
    assertThatThrownBy(
            () -> ClassifyTable.classifier(ClassifyTable.options(given)).transform(table))
        .hasMessageContaining("there is a column \"label\" already");
    List<String> named = new ArrayList<>(given);
    named.addAll(List.of("--label", "a", "--score", "b", "--probability", "c", "--error", "d"));
    Dataset<Row> answered = ClassifyTable.classifier(ClassifyTable.options(named)).transform(table);
    assertThat(answered.schema().fieldNames())
        .containsExactly("text", "label", "score", "probability", "error", "a", "b", "c", "d");
    assertThat(answered.collectAsList())
        .allSatisfy(
            row -> {
              assertThat(row.getInt(1)).isEqualTo(1);
              assertThat(row.getString(5)).isIn("positive", "negative");
            });
  }

  @Test
  void vectorsAreThoseOfTheRuntime() throws Exception {
    Path file = Tables.file(folder.resolve("."), EMBEDDER);
    List<String> few = List.of("a text", "another text about something else");
    List<Row> rows =
        new LitegraftEmbedder()
            .setFile(file.toString())
            .transform(Tables.table(spark, few, 1))
            .collectAsList();
    LitegraftFunctions.of(spark).embed("embedded", file.toString());
    Dataset<Row> selected =
        Tables.table(spark, few, 1)
            .select(functions.expr("text"), functions.expr("embedded(text)"));
    try (TextEmbedder plain = TextEmbedder.open(file)) {
      for (Row row : rows) {
        float[] vector = plain.embed(row.getString(0)).vector();
        double[] found = ((Vector) row.get(1)).toArray();
        assertThat(found).hasSize(vector.length);
        for (int i = 0; i < found.length; i++) {
          assertThat((float) found[i]).isEqualTo(vector[i]);
        }
      }
      for (Row row : selected.collectAsList()) {
        List<Float> found = row.getList(1);
        float[] vector = plain.embed(row.getString(0)).vector();
        assertThat(found).hasSize(vector.length);
        assertThat(found.get(0)).isEqualTo(vector[0]);
      }
    }
  }

  @Test
  void spansAreThoseOfTheRuntime() throws Exception {
    Path file = Tables.file(folder.resolve("."), TAGGER);
    List<String> few = List.of("My name is Clara and I live in Berkeley", "Seoul, 1988");
    List<Row> rows =
        new LitegraftTagger()
            .setFile(file.toString())
            .setAggregation("none")
            .transform(Tables.table(spark, few, 1))
            .collectAsList();
    LitegraftFunctions.of(spark).withPaths().tag("tagged", file.toString());
    Dataset<Row> selected =
        Tables.table(spark, few, 1).select(functions.expr("text"), functions.expr("tagged(text)"));
    try (TokenClassifier plain = TokenClassifier.open(file)) {
      for (Row row : selected.collectAsList()) {
        List<Row> spans = row.getList(1);
        assertThat(spans.stream().map(span -> span.getString(4)))
            .isEqualTo(
                plain.classify(row.getString(0)).entities().stream().map(Entity::text).toList());
      }
      for (Row row : rows) {
        List<Entity> entities = plain.classify(row.getString(0), Aggregation.NONE).entities();
        assertThat(entities).isNotEmpty();
        List<Row> spans = row.getList(1);
        assertThat(
                spans.stream()
                    .map(
                        s ->
                            new Entity(
                                s.getString(0),
                                s.getDouble(1),
                                s.getInt(2),
                                s.getInt(3),
                                s.getString(4))))
            .isEqualTo(entities);
      }
    }
  }

  @Test
  void functionsAnswerInSql() throws Exception {
    LitegraftFunctions.of(spark).classify("sentiment", classifier.toString());
    Tables.table(spark, texts, 2).createOrReplaceTempView("reviews");
    List<Row> rows =
        spark
            .sql("SELECT text, sentiment(text).label, sentiment(text).score FROM reviews")
            .collectAsList();
    assertThat(rows).hasSize(texts.size());
    try (TextClassifier plain = TextClassifier.open(classifier)) {
      for (Row row : rows) {
        Classification answer = plain.classify(row.getString(0));
        assertThat(row.getString(1)).isEqualTo(answer.label());
        assertThat(row.getDouble(2)).isEqualTo(answer.score());
      }
    }
    assertThat(spark.sql("SELECT sentiment(CAST(NULL AS STRING))").first().isNullAt(0)).isTrue();
  }
}
