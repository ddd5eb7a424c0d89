package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the transformers have in common: a file, a column of texts, and what becomes of texts that
 * cannot be answered.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><td>{@code file}</td><td>the {@code .tflite}</td></tr>
 * <tr><td>{@code distribution}</td><td>{@code broadcast} (default): the driver reads the file and sends it to each
 * process once; {@code path}: each executor opens it, or the file of that name of {@code --files}</td></tr>
 * <tr><td>{@code inputCol}</td><td>the column of texts, or a field of a struct: {@code review.text}</td></tr>
 * <tr><td>{@code errorCol}</td><td>a column that says why there is no answer; none by default</td></tr>
 * <tr><td>{@code handleInvalid}</td><td>a text that is null or cannot be answered: {@code error} (default) ends the
 * job, {@code keep} leaves nulls, {@code skip} leaves the row out</td></tr>
 * <tr><td>{@code plainText}</td><td>whether special tokens that are written in a text are text; false by default</td></tr>
 * </table>
 *
 * @param <T> the transformer itself, which its setters return
 */
public abstract class TextTransformer<T extends TextTransformer<T>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> file;
  private final Param<String> distribution;
  private final Param<String> inputCol;
  private final Param<String> errorCol;
  private final Param<String> handleInvalid;
  private final BooleanParam plainText;

  TextTransformer(String uid) {
    this.uid = uid;
    this.file = new Param<>(uid, "file", "the .tflite file");
    this.distribution =
        oneOf(
            "distribution",
            "how the file comes to the executors",
            ModelFile.BROADCAST,
            ModelFile.PATH);
    this.inputCol = new Param<>(uid, "inputCol", "input column name");
    this.errorCol = new Param<>(uid, "errorCol", "column that says why there is no answer");
    this.handleInvalid =
        oneOf(
            "handleInvalid",
            "what becomes of a text that is null or cannot be answered",
            AnsweredRows.ERROR,
            AnsweredRows.KEEP,
            AnsweredRows.SKIP);
    this.plainText =
        new BooleanParam(uid, "plainText", "whether special tokens in a text are text");
  }

  /** A parameter with these values. */
  final Param<String> oneOf(String name, String doc, String... values) {
    return new Param<>(
        uid, name, doc + ": " + String.join(", ", values), ParamValidators.inArray(values));
  }

  /** The values of parameters that nobody set. */
  final void defaults() {
    setDefault(distribution(), ModelFile.BROADCAST);
    setDefault(inputCol(), "text");
    setDefault(errorCol(), "");
    setDefault(handleInvalid(), AnsweredRows.ERROR);
    setDefault(plainText(), false);
  }

  @Override
  public final String uid() {
    return uid;
  }

  /** The {@code .tflite} file. */
  public final Param<String> file() {
    return file;
  }

  /** How the file comes to the executors: {@code broadcast}, {@code path}. */
  public final Param<String> distribution() {
    return distribution;
  }

  /** The column of texts. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** The column that says why there is no answer; empty for none. */
  public final Param<String> errorCol() {
    return errorCol;
  }

  /** What becomes of a text that is null or cannot be answered: error, keep, skip. */
  public final Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** Whether special tokens that are written in a text are text. */
  public final BooleanParam plainText() {
    return plainText;
  }

  /** This. */
  abstract T self();

  /** Sets {@link #file()}. */
  public final T setFile(String path) {
    set(file, path);
    return self();
  }

  /** Sets {@link #distribution()}. */
  public final T setDistribution(String how) {
    set(distribution, how);
    return self();
  }

  /** Sets {@link #inputCol()}. */
  public final T setInputCol(String name) {
    set(inputCol, name);
    return self();
  }

  /** Sets {@link #errorCol()}. */
  public final T setErrorCol(String name) {
    set(errorCol, name);
    return self();
  }

  /** Sets {@link #handleInvalid()}. */
  public final T setHandleInvalid(String how) {
    set(handleInvalid, how);
    return self();
  }

  /** Sets {@link #plainText()}. */
  public final T setPlainText(boolean plain) {
    set(plainText, plain);
    return self();
  }

  /** The column of a name, which may be null; none where the name is empty. */
  final Stream<StructField> column(Param<String> name, DataType type) {
    return value(name).isEmpty()
        ? Stream.of()
        : Stream.of(DataTypes.createStructField(value(name), type, true));
  }

  /**
   * The value of a parameter.
   *
   * @throws InvalidRequestException if it was set to null
   */
  final String value(Param<String> param) {
    String value = getOrDefault(param);
    if (value == null) {
      throw new InvalidRequestException(
          "parameter " + param.name() + " is null", uid, "set it to a text, or clear it");
    }
    return value;
  }

  /** What answers with the file, whose columns have the names that are set. */
  abstract Answering answering(ModelFile model);

  /** The columns that {@link #answering} fills. */
  abstract StructField[] columns();

  @Override
  public final Dataset<Row> transform(Dataset<?> dataset) {
    Names names = Names.of(dataset.sparkSession());
    StructType schema = answered(dataset.schema(), names);
    ModelFile model;
    try {
      model =
          ModelFile.of(
              dataset.sparkSession().sparkContext(),
              required(file),
              value(distribution),
              getOrDefault(plainText) == Boolean.TRUE);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Spark's interface names none.
    }
    AnsweredRows rows =
        new AnsweredRows(
            answering(model),
            TextColumn.of(dataset.schema(), value(inputCol), names, uid),
            value(handleInvalid),
            !value(errorCol).isEmpty());
    return described(dataset.toDF().mapPartitions(rows, Encoders.row(schema)), schema);
  }

  /**
   * What columns say of themselves (an indexer's labels, a watermark), and the width of an interval
   * are lost where rows go through a function, and put back here by place, since names may be there
   * twice.
   */
  private static Dataset<Row> described(Dataset<Row> table, StructType schema) {
    StructField[] wanted = schema.fields();
    StructField[] found = table.schema().fields();
    List<String> places = IntStream.range(0, wanted.length).mapToObj(i -> "c" + i).toList();
    Column[] columns = new Column[wanted.length];
    boolean same = true;
    for (int i = 0; i < wanted.length; i++) {
      DataType type = wanted[i].dataType();
      boolean typed = found[i].dataType().catalogString().equals(type.catalogString());
      Column column = functions.col(places.get(i));
      columns[i] = (typed ? column : column.cast(type)).as(wanted[i].name(), wanted[i].metadata());
      same &= typed && wanted[i].metadata().equals(Metadata.empty());
    }
    return same ? table : table.toDF(places.toArray(String[]::new)).select(columns);
  }

  private String required(Param<String> param) {
    if (!isDefined(param) || value(param).isEmpty()) {
      throw new InvalidRequestException(
          "parameter " + param.name() + " is not set", uid, "set it to the path of a .tflite file");
    }
    return value(param);
  }

  /** Names are compared as the session that is active here compares them. */
  @Override
  public final StructType transformSchema(StructType schema) {
    return answered(schema, Names.here());
  }

  private StructType answered(StructType schema, Names names) {
    TextColumn.of(schema, value(inputCol), names, uid);
    List<StructField> fields = new ArrayList<>(Arrays.asList(schema.fields()));
    List<StructField> added = new ArrayList<>(Arrays.asList(columns()));
    if (added.isEmpty()) {
      throw new InvalidRequestException(
          "the names of all output columns are empty", uid + ", outputCol", "name one of them");
    }
    column(errorCol, DataTypes.StringType).forEach(added::add);
    for (StructField field : added) {
      for (StructField other : fields) {
        if (names.same(other.name(), field.name())) {
          throw new InvalidRequestException(
              "there is a column \"" + other.name() + "\" already" + names.told(field, other),
              uid,
              "give the output another name, or drop that column");
        }
      }
      fields.add(field);
    }
    return new StructType(fields.toArray(StructField[]::new)); // Others may be there twice.
  }

  @Override
  public final Transformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public final MLWriter write() {
    return DefaultParamsWritable.super.write();
  }
}
