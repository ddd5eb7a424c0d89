package dev.litegraft.spark;

import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Classifies a column of texts: {@code outputCol} (default {@code label}) has the label, {@code
 * scoreCol} ({@code score}) its probability, and {@code probabilityCol} ({@code probability}) a
 * vector with all of them. A name that is empty leaves its column out.
 *
 * <pre>{@code
 * Dataset<Row> answered =
 *     new LitegraftClassifier().setFile("reviews.tflite").setInputCol("text").transform(table);
 * }</pre>
 */
public final class LitegraftClassifier extends TextTransformer<LitegraftClassifier> {
  private static final long serialVersionUID = 1L;

  private final Param<String> outputCol;
  private final Param<String> scoreCol;
  private final Param<String> probabilityCol;

  /** A classifier whose file is to be set. */
  public LitegraftClassifier() {
    this(Identifiable$.MODULE$.randomUID("litegraftClassifier"));
  }

  /** The same under a name, as Spark makes it when it reads one. */
  public LitegraftClassifier(String uid) {
    super(uid);
    this.outputCol = new Param<>(uid, "outputCol", "column of the label");
    this.scoreCol = new Param<>(uid, "scoreCol", "column of the label's probability");
    this.probabilityCol = new Param<>(uid, "probabilityCol", "column of all probabilities");
    defaults();
    setDefault(outputCol, "label");
    setDefault(scoreCol, "score");
    setDefault(probabilityCol, "probability");
  }

  /** Reads what {@code write} saved. */
  public static MLReader<LitegraftClassifier> read() {
    return new StageReader<>(LitegraftClassifier.class);
  }

  /** Reads what {@code save} saved. */
  public static LitegraftClassifier load(String path) {
    return read().load(path);
  }

  @Override
  LitegraftClassifier self() {
    return this;
  }

  /** The column of the label; empty for none. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The column of the label's probability; empty for none. */
  public Param<String> scoreCol() {
    return scoreCol;
  }

  /** The column of all probabilities; empty for none. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** Sets {@link #outputCol()}. */
  public LitegraftClassifier setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /** Sets {@link #scoreCol()}. */
  public LitegraftClassifier setScoreCol(String name) {
    set(scoreCol, name);
    return this;
  }

  /** Sets {@link #probabilityCol()}. */
  public LitegraftClassifier setProbabilityCol(String name) {
    set(probabilityCol, name);
    return this;
  }

  @Override
  StructField[] columns() {
    return Stream.of(
            column(outputCol, DataTypes.StringType),
            column(scoreCol, DataTypes.DoubleType),
            column(probabilityCol, SQLDataTypes.VectorType()))
        .flatMap(column -> column)
        .toArray(StructField[]::new);
  }

  @Override
  Answering answering(ModelFile model) {
    return new Classifying(
        model,
        columns(),
        !value(outputCol).isEmpty(),
        !value(scoreCol).isEmpty(),
        !value(probabilityCol).isEmpty());
  }

  private record Classifying(
      ModelFile file, StructField[] columns, boolean label, boolean score, boolean probability)
      implements Answering {
    @Override
    public Answers open() {
      TextClassifier model = ExecutorModels.of(file, TextClassifier.class, TextClassifier::of);
      return texts -> model.classifyAll(texts).map(o -> Answering.mapped(o, this::values));
    }

    private Object[] values(Classification answer) {
      List<Object> values = new ArrayList<>();
      if (label) {
        values.add(answer.label());
      }
      if (score) {
        values.add(answer.score());
      }
      if (probability) {
        values.add(Vectors.dense(answer.probabilities().stream().mapToDouble(p -> p).toArray()));
      }
      return values.toArray();
    }
  }
}
