package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of every shape: other types beside the text, structs, none at all, and streams. */
class ColumnsTest {
  private static final String EMBEDDER = "cli/src/test/resources/tasks/bi-encoder/model";

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path classifier;
  private static Path embedder;
  private static List<String> texts;

  @BeforeAll
  static void open() throws Exception {
    spark = Tables.session("local[2]");
    classifier = Tables.file(folder, "examples/ko-movie-reviews");
    embedder = Tables.file(folder, EMBEDDER);
    texts = Tables.reviews().subList(0, 40);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static LitegraftClassifier classifier() {
    return new LitegraftClassifier().setFile(classifier.toString());
  }

  private static List<String> labels(List<String> asked) throws Exception {
    try (TextClassifier plain = TextClassifier.open(classifier)) {
      return asked.stream().map(text -> plain.classify(text).label()).toList();
    }
  }

  private static List<String> column(Dataset<Row> table, String name) {
    return table.select(name).as(Encoders.STRING()).collectAsList();
  }

  @Test
  void anEmptyTableStaysEmptyAndHasItsNewColumns() {
    Dataset<Row> none = Tables.table(spark, texts, 2).limit(0);
    Dataset<Row> answered = classifier().setErrorCol("why").transform(none);
    assertThat(answered.collectAsList()).isEmpty();
    assertThat(answered.schema())
        .isEqualTo(classifier().setErrorCol("why").transformSchema(none.schema()));
    assertThat(classifier().transform(Tables.table(spark, List.of("재미있다"), 7)).count())
        .as("partitions without a row")
        .isEqualTo(1);
  }

  @Test
  void whatStandsBesideTheTextComesOutAsItWentIn() {
    Dataset<Row> table =
        spark.sql(
            "SELECT '재미있다' AS text, CAST(NULL AS INT) AS nothing, CAST(3 AS TINYINT) AS small,"
                + " 12345678901234567890.123456789012345678 AS exact, DATE'2026-11-30' AS day,"
                + " TIMESTAMP'2026-11-30 18:12:00.123456' AS at,"
                + " TIMESTAMP_NTZ'2026-11-30 18:12:00' AS local, X'00FF' AS bytes,"
                + " INTERVAL '3' MONTH AS months, INTERVAL '1 02:03:04' DAY TO SECOND AS days,"
                + " ARRAY(NAMED_STRUCT('a', 1, 'b', 'x'), NULL) AS list,"
                + " MAP('k', ARRAY(1.5D)) AS map, NAMED_STRUCT('in', NAMED_STRUCT('n', 1L)) AS deep,"
                + " CAST('c' AS CHAR(3)) AS three, PARSE_JSON('{\"a\": [1]}') AS variant");
    Dataset<Row> answered = classifier().transform(table);
    assertThat(answered.drop("label", "score", "probability").collectAsList())
        .isEqualTo(table.collectAsList());
    assertThat(answered.drop("label", "score", "probability").schema().fields())
        .extracting(field -> field.name() + " " + field.dataType().sql())
        .isEqualTo(
            Stream.of(table.schema().fields())
                .map(field -> field.name() + " " + field.dataType().sql())
                .toList());
    spark.conf().set("spark.sql.datetime.java8API.enabled", "true");
    try {
      assertThat(classifier().transform(table).select("day", "at").collectAsList())
          .isEqualTo(table.select("day", "at").collectAsList());
    } finally {
      spark.conf().unset("spark.sql.datetime.java8API.enabled");
    }
  }

  @Test
  void aTextMayStandInAStruct() throws Exception {
    Dataset<Row> table =
        Tables.table(spark, texts, 1)
            .selectExpr("named_struct('by', 1, 'said', named_struct('text', text)) AS review")
            .union(spark.sql("SELECT CAST(NULL AS STRUCT<by: INT, said: STRUCT<text: STRING>>)"))
            .coalesce(1);
    Dataset<Row> answered =
        classifier().setInputCol("review.said.text").setHandleInvalid("skip").transform(table);
    assertThat(column(answered, "label")).isEqualTo(labels(texts));
    assertThat(
            classifier()
                .setInputCol("review.said.text")
                .setHandleInvalid("keep")
                .transform(table)
                .filter("label IS NULL")
                .count())
        .isEqualTo(1);
    assertThatThrownBy(() -> classifier().setInputCol("review.said").transform(table))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("column \"review.said\" is struct<text:string>, and texts are string")
        .hasMessageContaining("review.said.text");
    assertThatThrownBy(() -> classifier().setInputCol("review.said.words").transform(table))
        .hasMessageContaining("there is no column \"review.said.words\"; there are text");
    assertThatThrownBy(() -> classifier().setInputCol("review.by.text").transform(table))
        .hasMessageContaining("there is no column \"review.by.text\"; there are review");
    Dataset<Row> dotted = Tables.table(spark, texts, 1).toDF("review.said.text");
    assertThat(column(classifier().setInputCol("review.said.text").transform(dotted), "label"))
        .isEqualTo(labels(texts));
  }

  /** Labels of an indexer stand in a column's metadata, where a later stage looks for them. */
  @Test
  void whatColumnsSayOfThemselvesIsKept() {
    Dataset<Row> table =
        Tables.table(spark, texts, 1)
            .withColumn("kind", functions.expr("IF(length(text) > 20, 'long', 'short')"));
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("kind").setOutputCol("indexed"),
                  new LitegraftEmbedder().setFile(embedder.toString()),
                  new LogisticRegression()
                      .setFeaturesCol("embedding")
                      .setLabelCol("indexed")
                      .setPredictionCol("guess"),
                  new IndexToString().setInputCol("indexed").setOutputCol("again")
                });
    List<Row> rows = pipeline.fit(table).transform(table).select("kind", "again").collectAsList();
    assertThat(rows)
        .hasSize(40)
        .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo(row.getString(0)));
  }

  @Test
  void aStreamIsAnsweredAsATable() throws Exception {
    Path in = Files.createDirectories(folder.resolve("stream"));
    Files.write(in.resolve("one.txt"), texts.subList(0, 25));
    Files.write(in.resolve("two.txt"), texts.subList(25, 40));
    Dataset<Row> answered =
        classifier()
            .setInputCol("value")
            .transform(
                spark
                    .readStream()
                    .option("maxFilesPerTrigger", 1)
                    .text(in.toString())
                    .withColumn("at", functions.expr("TIMESTAMP'2026-11-30 18:00:00'"))
                    .withWatermark("at", "1 minute"));
    assertThat(answered.isStreaming()).isTrue();
    StreamingQuery query =
        answered
            .writeStream()
            .format("memory")
            .queryName("answered")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(60_000)).isTrue();
    Dataset<Row> rows = spark.table("answered");
    assertThat(column(rows, "label")).hasSize(40).isEqualTo(labels(column(rows, "value")));
    // A watermark is kept in a column's metadata: without it this could not be planned.
    StreamingQuery counted =
        answered
            .groupBy(functions.window(functions.col("at"), "1 hour"), functions.col("label"))
            .count()
            .writeStream()
            .format("memory")
            .outputMode("append")
            .queryName("counted")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(counted.awaitTermination(60_000)).isTrue();
  }

  @Test
  void aFolderOfAnotherStageIsSaid() throws Exception {
    String place = folder.resolve("saved").toString();
    new LitegraftEmbedder().setFile("a.tflite").write().overwrite().save(place);
    assertThatThrownBy(() -> LitegraftClassifier.load(place))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "the folder has a dev.litegraft.spark.LitegraftEmbedder, and a LitegraftClassifier is"
                + " asked for")
        .hasMessageContaining("LitegraftEmbedder.load");
    new Tokenizer().write().overwrite().save(place);
    assertThatThrownBy(() -> LitegraftTagger.read().load(place))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("org.apache.spark.ml.feature.Tokenizer");
    PipelineModel none =
        new Pipeline()
            .setStages(new PipelineStage[] {new SQLTransformer().setStatement("SELECT 1")})
            .fit(spark.emptyDataFrame());
    none.write().overwrite().save(place);
    assertThatThrownBy(() -> LitegraftEmbedder.load(place))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("org.apache.spark.ml.PipelineModel");
  }

  @Test
  void functionsGiveNullForNullAndSayWhatIsNoText() throws Exception {
    LitegraftFunctions.of(spark)
        .classify("feel", classifier.toString())
        .embed("embedded", embedder.toString());
    Row row =
        spark
            .sql(
                "SELECT feel(t), embedded(t), feel(t).label FROM VALUES (CAST(NULL AS STRING)) v(t)")
            .first();
    assertThat(row.isNullAt(0) && row.isNullAt(1) && row.isNullAt(2)).isTrue();
    assertThatThrownBy(() -> spark.sql("SELECT feel(n) FROM VALUES (3) v(n)").collectAsList())
        .hasStackTraceContaining("the argument is Integer, and texts are string")
        .hasStackTraceContaining("function feel");
    StructType type = spark.sql("SELECT feel('a') AS f").schema();
    assertThat(type.apply("f").nullable()).isTrue();
  }
}
