package dev.litegraft.spark;

import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Finds spans (names, places) in a column of texts: {@code outputCol} (default {@code spans}) has
 * an array of structs {@code label, score, start, end, text}; {@code start} and {@code end} count
 * UTF-16 units, as Java does and Spark's {@code substring} does not outside of the basic plane.
 */
public final class LitegraftTagger extends TextTransformer<LitegraftTagger> {
  private static final long serialVersionUID = 1L;

  /** What {@code outputCol} has. */
  static final DataType SPANS =
      DataTypes.createArrayType(
          DataTypes.createStructType(
              new StructField[] {
                DataTypes.createStructField("label", DataTypes.StringType, false),
                DataTypes.createStructField("score", DataTypes.DoubleType, false),
                DataTypes.createStructField("start", DataTypes.IntegerType, false),
                DataTypes.createStructField("end", DataTypes.IntegerType, false),
                DataTypes.createStructField("text", DataTypes.StringType, false)
              }),
          false);

  private final Param<String> outputCol;
  private final Param<String> aggregation;

  /** A tagger whose file is to be set. */
  public LitegraftTagger() {
    this(Identifiable$.MODULE$.randomUID("litegraftTagger"));
  }

  /** The same under a name, as Spark makes it when it reads one. */
  public LitegraftTagger(String uid) {
    super(uid);
    this.outputCol = new Param<>(uid, "outputCol", "column of the spans");
    this.aggregation =
        oneOf(
            "aggregation",
            "how tokens become spans",
            Stream.of(Aggregation.values())
                .map(how -> how.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new));
    defaults();
    setDefault(outputCol, "spans");
    setDefault(aggregation, "simple");
  }

  /** Reads what {@code write} saved. */
  public static MLReader<LitegraftTagger> read() {
    return new StageReader<>(LitegraftTagger.class);
  }

  /** Reads what {@code save} saved. */
  public static LitegraftTagger load(String path) {
    return read().load(path);
  }

  @Override
  LitegraftTagger self() {
    return this;
  }

  /** The column of the spans. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** How tokens become spans: none, simple, first, average, max. */
  public Param<String> aggregation() {
    return aggregation;
  }

  /** Sets {@link #outputCol()}. */
  public LitegraftTagger setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /** Sets {@link #aggregation()}. */
  public LitegraftTagger setAggregation(String how) {
    set(aggregation, how);
    return this;
  }

  @Override
  StructField[] columns() {
    return column(outputCol, SPANS).toArray(StructField[]::new);
  }

  @Override
  Answering answering(ModelFile model) {
    Aggregation how = Aggregation.valueOf(value(aggregation).toUpperCase(Locale.ROOT));
    return new Tagging(model, columns(), how);
  }

  /** Rows of {@link #SPANS}. */
  static Object[] rows(TokenClassification answer) {
    return answer.entities().stream()
        .map(e -> RowFactory.create(e.label(), e.score(), e.start(), e.end(), e.text()))
        .toArray();
  }

  private record Tagging(ModelFile file, StructField[] columns, Aggregation how)
      implements Answering {
    @Override
    public Answers open() {
      TokenClassifier model = ExecutorModels.of(file, TokenClassifier.class, TokenClassifier::of);
      return texts ->
          model
              .classifyAll(texts, how)
              .map(o -> Answering.mapped(o, answer -> new Object[] {rows(answer)}));
    }
  }
}
