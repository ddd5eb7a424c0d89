package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Classifies a column of a Parquet table, as a program for {@code spark-submit}.
 *
 * <pre>
 * spark-submit --packages dev.litegraft:litegraft-spark:VERSION --class dev.litegraft.spark.ClassifyTable litegraft-spark.jar \
 *   --file reviews.tflite --input reviews.parquet --column text --output answered.parquet
 * </pre>
 *
 * <p>{@code --label}, {@code --score}, {@code --probability} and {@code --error} name the columns
 * that are added, where the table has some of these names already.
 */
public final class ClassifyTable {
  private static final List<String> OPTIONS =
      List.of(
          "--file",
          "--input",
          "--column",
          "--output",
          "--invalid",
          "--label",
          "--score",
          "--probability",
          "--error");

  private ClassifyTable() {}

  /** Reads the table, and writes it with three columns more, and one for errors. */
  public static void main(String[] args) {
    Map<String, String> options = options(List.of(args));
    SparkSession spark = SparkSession.builder().appName("litegraft classify").getOrCreate();
    try {
      classifier(options)
          .transform(spark.read().parquet(asked(options, "--input")))
          .write()
          .parquet(asked(options, "--output"));
    } finally {
      spark.stop();
    }
  }

  /** What classifies, whose columns have the names that are asked for. */
  static LitegraftClassifier classifier(Map<String, String> options) {
    return new LitegraftClassifier()
        .setFile(asked(options, "--file"))
        .setInputCol(options.getOrDefault("--column", "text"))
        .setHandleInvalid(options.getOrDefault("--invalid", AnsweredRows.KEEP))
        .setOutputCol(options.getOrDefault("--label", "label"))
        .setScoreCol(options.getOrDefault("--score", "score"))
        .setProbabilityCol(options.getOrDefault("--probability", "probability"))
        .setErrorCol(options.getOrDefault("--error", "error"));
  }

  static Map<String, String> options(List<String> args) {
    Map<String, String> options = new TreeMap<>();
    List<String> rest = new ArrayList<>(args);
    while (rest.size() > 1 && OPTIONS.contains(rest.get(0))) {
      options.put(rest.remove(0), rest.remove(0));
    }
    if (!rest.isEmpty()) {
      throw new InvalidRequestException(
          "\"" + rest.get(0) + "\" is no option, or has no value",
          "the command line",
          String.join(", ", OPTIONS) + ", each with a value");
    }
    return options;
  }

  private static String asked(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new InvalidRequestException(
          name + " is missing", "the command line", "--file, --input and --output are needed");
    }
    return value;
  }
}
