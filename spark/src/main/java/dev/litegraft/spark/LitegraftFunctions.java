package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TokenClassifier;
import java.io.IOException;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * Functions for SQL, each with a file of its own under a name of yours.
 *
 * <pre>{@code
 * LitegraftFunctions.of(spark).classify("sentiment", "reviews.tflite");
 * spark.sql("SELECT text, sentiment(text).label FROM reviews");
 * }</pre>
 *
 * <p>A null gives a null; a text that cannot be answered ends the job, as in ANSI mode all faults
 * do. Whole columns go faster through the transformers, which answer texts of equal length together
 * and can keep a row that has no answer.
 */
public final class LitegraftFunctions {
  private static final DataType CLASSIFICATION =
      DataTypes.createStructType(
          new StructField[] {
            DataTypes.createStructField("label", DataTypes.StringType, false),
            DataTypes.createStructField("score", DataTypes.DoubleType, false),
            DataTypes.createStructField(
                "probabilities", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          });

  private final SparkSession spark;
  private final String distribution;

  private LitegraftFunctions(SparkSession spark, String distribution) {
    this.spark = spark;
    this.distribution = distribution;
  }

  /** Functions of a session, whose files are broadcast. */
  public static LitegraftFunctions of(SparkSession spark) {
    return new LitegraftFunctions(spark, ModelFile.BROADCAST);
  }

  /**
   * The same with files that each executor opens at their path, or as a name of {@code --files}.
   */
  public LitegraftFunctions withPaths() {
    return new LitegraftFunctions(spark, ModelFile.PATH);
  }

  /** {@code name(text)} is a struct of {@code label}, {@code score}, {@code probabilities}. */
  public LitegraftFunctions classify(String name, String file) throws IOException {
    return register(
        name,
        file,
        CLASSIFICATION,
        (model, text) -> {
          Classification answer =
              ExecutorModels.of(model, TextClassifier.class, TextClassifier::of).classify(text);
          return RowFactory.create(
              answer.label(), answer.score(), answer.probabilities().toArray());
        });
  }

  /** {@code name(text)} is an array of f32. */
  public LitegraftFunctions embed(String name, String file) throws IOException {
    return register(
        name,
        file,
        DataTypes.createArrayType(DataTypes.FloatType, false),
        (model, text) ->
            ExecutorModels.of(model, TextEmbedder.class, TextEmbedder::of).embed(text).vector());
  }

  /** {@code name(text)} is an array of structs {@code label, score, start, end, text}. */
  public LitegraftFunctions tag(String name, String file) throws IOException {
    return register(
        name,
        file,
        LitegraftTagger.SPANS,
        (model, text) ->
            LitegraftTagger.rows(
                ExecutorModels.of(model, TokenClassifier.class, TokenClassifier::of)
                    .classify(text)));
  }

  private interface Asked extends java.io.Serializable {
    Object of(ModelFile model, String text);
  }

  private LitegraftFunctions register(String name, String file, DataType type, Asked asked)
      throws IOException {
    ModelFile model = ModelFile.of(spark.sparkContext(), file, distribution, false);
    UDF1<@Nullable Object, @Nullable Object> function =
        text -> text == null ? null : asked.of(model, text(text, name));
    spark.udf().register(name, function, type);
    return this;
  }

  /** Spark casts nothing for a function that is registered by name. */
  private static String text(Object value, String function) {
    if (value instanceof String text) {
      return text;
    }
    throw new InvalidRequestException(
        "the argument is " + value.getClass().getSimpleName() + ", and texts are string",
        "function " + function,
        function + "(cast(… as string))");
  }
}
