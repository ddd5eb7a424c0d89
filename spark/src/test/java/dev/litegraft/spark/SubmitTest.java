package dev.litegraft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ClassifyTable} as docs/spark.md says it, by {@code spark-submit}: with our jars given as
 * {@code --jars}, which executors fetch from the driver, and nothing of ours on any class path.
 */
class SubmitTest {
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));

  /** Quickly compiled: what runs here runs once. */
  private static final String BRIEFLY = "-XX:TieredStopAtLevel=1";

  /** Natives, of which this platform's are enough. */
  private static final String NATIVES = ".*-(linux|macosx|windows)-[^-]+\\.jar";

  /** What of a class path is given with {@code --jars}. */
  private static final String OURS =
      "(litegraft-(tflite|tokenizer|runtime)|flatbuffers|javacpp|tensorflow-lite|jspecify)-.*";

  @TempDir private static Path folder;

  /** The jars of docs/spark.md; of a module that is not packaged yet one made of its classes. */
  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path path : Tables.ours()) {
      Path module = path.getParent() == null ? path : path.getParent().getParent();
      String name = "litegraft-" + (module == null ? "" : module.getFileName()) + "-classes.jar";
      String file = path.getFileName().toString();
      boolean here = file.endsWith("-" + Loader.getPlatform() + ".jar");
      if (Files.isRegularFile(path) && file.matches(OURS) && (here || !file.matches(NATIVES))) {
        jars.add(path);
      } else if (path.endsWith("target/classes") && name.matches(OURS)) {
        jars.add(jar(path, folder.resolve(name)));
      }
    }
    return jars;
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static Process run(List<String> command, Path out) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
  }

  /**
   * Runs {@code spark-submit} as Spark's script {@code bin/spark-class} does, which no artifact
   * has: the launcher prints a command, which is run.
   */
  private static int submit(Path log, String... arguments) throws Exception {
    List<String> launcher =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                SPARK_HOME.resolve("jars").toAbsolutePath() + "/*",
                "org.apache.spark.launcher.Main",
                "org.apache.spark.deploy.SparkSubmit"));
    launcher.addAll(List.of(arguments));
    Path said = folder.resolve("command");
    assertThat(run(launcher, said).waitFor()).as(Files.readString(said)).isZero();
    List<String> command =
        Stream.of(Files.readString(said).split("\0", -1))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .toList();
    Process process = run(command, log);
    if (!process.waitFor(30, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(Files.readString(log));
    }
    return process.exitValue();
  }

  @Test
  void aParquetTableIsClassifiedOnExecutors() throws Exception {
    Path file = Tables.file(folder, "examples/ko-movie-reviews");
    String in = folder.resolve("reviews.parquet").toString();
    String out = folder.resolve("answered.parquet").toString();
    List<String> texts = new ArrayList<>(Tables.reviews().subList(0, 400));
    texts.add(null);
    SparkSession writer = Tables.session("local[2]");
    writer
        .createDataset(texts, Encoders.STRING())
        .toDF("review")
        .withColumn("label", functions.lit(1)) // As a table of examples has it.
        .repartition(4)
        .write()
        .parquet(in);
    writer.stop();

    Path log = folder.resolve("log");
    int code =
        submit(
            log,
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.executor.memory=512m",
            "--conf",
            "spark.executor.extraJavaOptions=" + BRIEFLY,
            "--driver-java-options",
            BRIEFLY,
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--jars",
            jars().stream().map(Path::toString).collect(Collectors.joining(",")),
            "--class",
            "dev.litegraft.spark.ClassifyTable",
            jar(Path.of("target/classes").toAbsolutePath(), folder.resolve("litegraft-spark.jar"))
                .toString(),
            "--file",
            file.toString(),
            "--input",
            in,
            "--column",
            "review",
            "--label",
            "sentiment",
            "--output",
            out);
    assertThat(code).as(Files.readString(log)).isZero();
    SparkSession reader = Tables.session("local[2]");
    List<Row> rows = reader.read().parquet(out).collectAsList();
    reader.stop();
    assertThat(rows).hasSize(texts.size());
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("review", "label", "sentiment", "score", "probability", "error");
    try (TextClassifier plain = TextClassifier.open(file)) {
      for (Row row : rows) {
        if (row.isNullAt(0)) {
          assertThat(row.isNullAt(2)).isTrue();
          assertThat(row.getString(5)).contains("the text is null");
        } else {
          Classification expected = plain.classify(row.getString(0));
          assertThat(row.getInt(1)).isEqualTo(1);
          assertThat(row.getString(2)).isEqualTo(expected.label());
          assertThat(row.getDouble(3)).isEqualTo(expected.score());
          assertThat(row.isNullAt(5)).isTrue();
        }
      }
    }
  }

  @Test
  void anOptionThatIsNoneEndsItBeforeAnythingRuns() throws Exception {
    Path log = folder.resolve("refused");
    int code =
        submit(
            log,
            "--jars",
            jars().stream().map(Path::toString).collect(Collectors.joining(",")),
            "--class",
            "dev.litegraft.spark.ClassifyTable",
            jar(Path.of("target/classes").toAbsolutePath(), folder.resolve("refused.jar"))
                .toString(),
            "--table",
            "reviews.parquet");
    assertThat(code).isNotZero();
    assertThat(Files.readString(log)).contains("\"--table\" is no option");
  }
}
