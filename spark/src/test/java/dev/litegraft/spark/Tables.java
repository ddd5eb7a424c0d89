package dev.litegraft.spark;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Sessions, files and tables of tests. */
final class Tables {
  private Tables() {}

  /** Of one process with so many threads, or {@code local-cluster[…]} of executors of one core. */
  static SparkSession session(String master) {
    return session(master, 1);
  }

  /**
   * The same with executors of several cores.
   *
   * @param cores of one executor, which are as many tasks at a time
   */
  static SparkSession session(String master, int cores) {
    String ours =
        ours().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    return SparkSession.builder()
        .master(master)
        .appName("litegraft")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.cores", Integer.toString(cores))
        .config("spark.executor.memory", "512m")
        // No task waits for the executor that it would like best.
        .config("spark.locality.wait", "0s")
        .config("spark.executor.extraClassPath", ours)
        .config("spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", "target/warehouse")
        .getOrCreate();
  }

  /** What executors need besides Spark's own jars, which stand in SPARK_HOME. */
  static List<Path> ours() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(path -> Path.of(path).toAbsolutePath().normalize())
        .filter(path -> !Files.exists(sparkJars().resolve(path.getFileName())))
        .toList();
  }

  private static Path sparkJars() {
    return Path.of(System.getenv("SPARK_HOME"), "jars");
  }

  /** A file converted from a folder of this repository. */
  static Path file(Path folder, String checkpoint) throws IOException {
    Path file = folder.resolve(Path.of(checkpoint).getFileName() + ".tflite");
    Converter.of(Path.of("..").resolve(checkpoint))
        .withOptions(ConversionOptions.defaults())
        .convert(file);
    return file;
  }

  /** The reviews of the example. */
  static List<String> reviews() throws IOException {
    return Files.readAllLines(Path.of("../examples/ko-movie-reviews/test.tsv")).stream()
        .skip(1)
        .map(line -> line.substring(0, line.lastIndexOf('\t')))
        .toList();
  }

  /** A table whose one column, of the usual name, has these. */
  static Dataset<Row> table(SparkSession spark, List<String> texts, int partitions) {
    return spark.createDataset(texts, Encoders.STRING()).toDF("text").repartition(partitions);
  }
}
