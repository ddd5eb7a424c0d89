package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Data that {@code evaluate} is given, and what commands say of them. */
final class EvaluatedData {
  static final List<String> TEXTS =
      List.of(
          "Alice went to Paris with Bob.",
          "The weather is fine today.",
          "Bob lives in London.",
          "A cat sat on the mat.",
          "Rain falls on the plain in Spain.",
          "Carol and Dave met in Berlin.",
          "Nothing happened.",
          "The sun shines.");

  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluatedData() {}

  /** Writes a file of rows. */
  static String data(Path folder, String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines).toString();
  }

  /** Writes a file of the texts alone. */
  static String texts(Path folder, String name) throws IOException {
    return data(folder, name, Stream.concat(Stream.of("text"), TEXTS.stream()).toList());
  }

  /** The object that a command prints. */
  static JsonNode json(String... args) throws IOException {
    return JSON.readTree(done(args));
  }

  /** The objects that a command prints, one a line. */
  static List<JsonNode> lines(String... args) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : done(args).lines().toList()) {
      all.add(JSON.readTree(line));
    }
    return all;
  }

  private static String done(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return run.out();
  }

  /** A measure of the first file. */
  static double measure(JsonNode report, String name) {
    JsonNode value = report.at("/files/0/measures/" + name + "/value");
    assertThat(value.isNumber()).as(report.toString()).isTrue();
    return value.asDouble();
  }

  /**
   * Converts a folder without verification.
   *
   * @param name of the file that is made in {@code folder}
   */
  static String converted(Path model, Path folder, String name, String... options) {
    String file = folder.resolve(name).toString();
    List<String> command =
        new ArrayList<>(List.of("convert", model.toString(), "-o", file, "--no-verify"));
    command.addAll(List.of(options));
    done(command.toArray(String[]::new));
    return file;
  }

  /** A cross-encoder in f32 that scores whatever it reads alike. */
  static String collapsed(Path folder) throws IOException {
    Path model = FolderCopy.of(model("cross-encoder"), folder.resolve("collapsed"));
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int head = 16 * Float.BYTES; // the last of the tensors: classifier.weight, [1, 16]
    Arrays.fill(bytes, bytes.length - head, bytes.length, (byte) 0);
    Files.write(weights, bytes);
    return converted(model, folder, "collapsed.tflite", "--recipe=f32");
  }

  /** What an embedder makes of texts. */
  static List<double[]> vectors(String file, List<String> texts) throws IOException {
    List<String> command = new ArrayList<>(List.of("embed", file, "--json"));
    command.addAll(texts);
    List<double[]> vectors = new ArrayList<>();
    for (JsonNode line : lines(command.toArray(String[]::new))) {
      double[] vector = new double[line.get("embedding").size()];
      Arrays.setAll(vector, i -> line.get("embedding").get(i).asDouble());
      vectors.add(vector);
    }
    return vectors;
  }

  static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  /** The texts each before each other: as many as their square, under {@code text}. */
  static List<String> together() {
    List<String> rows = new ArrayList<>(List.of("text"));
    for (String text : TEXTS) {
      TEXTS.forEach(other -> rows.add(text + " " + other));
    }
    return rows;
  }

  /** The folder of a recorded task. */
  static Path model(String task) {
    return RecordedTask.CASES.resolve(task).resolve("model");
  }
}
