package dev.litegraft.benchmarks.minilm;

import ai.onnxruntime.OrtException;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.calibration.CalibrationTexts;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.quantize.CalibratedRecipe;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tflite.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints how near files of all-MiniLM-L6-v2 are to ONNX Runtime's f32, beside the ONNX int8 that is
 * widely used, and how long a text takes on one thread.
 *
 * <pre>
 * ./mvnw -q -B -Pminilm -Dmaven.test.skip=true package -pl benchmarks/minilm -am
 * ORT_DISABLE_TELEMETRY=1 java -Xmx1g --enable-native-access=ALL-UNNAMED \
 *   -cp "benchmarks/minilm/target/classes:$(cat benchmarks/minilm/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.minilm.MiniLm
 * </pre>
 */
public final class MiniLm {
  private static final int TURNS = 7;
  private static final RuntimeOptions ONE_THREAD = RuntimeOptions.defaults().withThreads(1);

  private final Path folder = Path.of("benchmarks/minilm/target/files");
  private final Path checkpoint = folder.resolve("checkpoint");
  private final List<String> texts;
  private final List<float[]> f32 = new ArrayList<>();

  private MiniLm(List<String> texts) {
    this.texts = texts;
  }

  /** Makes a vector of a text. */
  private interface Embedding {
    float[] of(int text) throws IOException, OrtException;
  }

  /** Takes the names of recipes; none means all. */
  public static void main(String... recipes) throws IOException, OrtException {
    byte[] lines = RebuiltCheckpoint.resource("texts-113.txt");
    MiniLm run = new MiniLm(new String(lines, StandardCharsets.UTF_8).lines().toList());
    run.compare(
        recipes.length == 0
            ? Stream.concat(Recipe.all().stream(), Stream.of(Recipe.STATIC_WI8_AI8)).toList()
            : Arrays.stream(recipes).map(Recipe::of).toList());
  }

  private void compare(List<Recipe> recipes) throws IOException, OrtException {
    byte[] onnx = RebuiltCheckpoint.resource("/all-minilm-l6-v2.onnx");
    byte[] onnxInt8 = RebuiltCheckpoint.resource("/all-minilm-l6-v2-q.onnx");
    RebuiltCheckpoint.write(onnx, checkpoint);
    List<int[]> rows = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.open(checkpoint)) {
      texts.forEach(text -> rows.add(tokenizer.encode(text).ids()));
    }
    System.out.printf(
        Locale.ROOT,
        "%d texts of %.1f tokens; %s%n",
        texts.size(),
        rows.stream().mapToInt(row -> row.length).average().orElseThrow(),
        String.join(" ", int8Instructions()));
    System.out.println("| file | size | mean cosine | least | largest | nearest | ms a text |");
    try (OnnxEmbedder exact = new OnnxEmbedder(onnx)) {
      for (int[] row : rows) {
        f32.add(exact.embed(row));
      }
      measure("ONNX Runtime f32", onnx.length, i -> exact.embed(rows.get(i)));
    }
    try (OnnxEmbedder small = new OnnxEmbedder(onnxInt8)) {
      measure("ONNX Runtime int8", onnxInt8.length, i -> small.embed(rows.get(i)));
    }
    for (Recipe recipe : recipes) {
      for (Rounding rounding : Rounding.values()) {
        file(recipe, rounding);
      }
    }
  }

  private void file(Recipe recipe, Rounding rounding) throws IOException, OrtException {
    ConversionOptions options = ConversionOptions.defaults().withRecipe(recipe);
    if (recipe.equals(Recipe.STATIC_WI8_AI8)) {
      if (rounding == Rounding.SMOOTH) {
        staticInt8(options);
      }
      return;
    }
    if (rounding == Rounding.PLAIN) {
      file(recipe.canonicalName(), options);
      return;
    }
    String name = recipe.canonicalName() + ", " + rounding.word();
    try {
      if (!rounding.readsTexts()) {
        file(name, options.withRecipe(CalibratedRecipe.leastError(recipe)));
        return;
      }
      try (Calibration seen =
          Calibration.of(
              checkpoint, options, CalibrationTexts.builtIn(), rounding, 2, Progress.NONE)) {
        file(name, options.withRecipe(seen.applied(recipe, rounding)));
      }
    } catch (InvalidRequestException e) {
      // A rounding that changes nothing of this recipe is refused.
    }
  }

  /** A length that all texts have room in. */
  private void staticInt8(ConversionOptions options) throws IOException, OrtException {
    try (Calibration seen =
        Calibration.of(
            checkpoint, options, CalibrationTexts.builtIn(), Rounding.SMOOTH, 2, Progress.NONE)) {
      file(
          options.recipe().canonicalName(),
          seen.staticInt8(checkpoint, options.withLengths(List.of(64)), 2, Progress.NONE));
    }
  }

  private void file(String name, ConversionOptions options) throws IOException, OrtException {
    Path file = folder.resolve("model.tflite");
    Converter.of(checkpoint)
        .withOptions(options.withPooling(Pooling.MEAN).withNormalize(true))
        .convert(file);
    try (TextEmbedder embedder = TextEmbedder.open(file, ONE_THREAD)) {
      measure(name, Files.size(file), i -> embedder.embed(texts.get(i)).vector());
    }
  }

  /** The fastest of some turns: what other work on the machine did not slow down. */
  private void measure(String name, long bytes, Embedding embedding)
      throws IOException, OrtException {
    List<float[]> vectors = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
      vectors.clear();
      long begin = System.nanoTime();
      for (int i = 0; i < texts.size(); i++) {
        vectors.add(embedding.of(i));
      }
      best = Math.min(best, (System.nanoTime() - begin) / 1e6 / texts.size());
    }
    Nearness near = Nearness.of(f32, vectors);
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %.1f MiB | %.4f | %.4f | %.1e | %.1f %% | %.2f |%n",
        name,
        bytes / 0x1.0p20,
        near.mean(),
        near.least(),
        near.largest(),
        100 * near.nearest(),
        best);
  }

  /** What the processor has for int8, on which its answers depend. */
  private static List<String> int8Instructions() throws IOException {
    Path cpu = Path.of("/proc/cpuinfo");
    return Files.isReadable(cpu)
        ? Files.readAllLines(cpu).stream()
            .filter(line -> line.startsWith("model name") || line.startsWith("flags"))
            .distinct()
            .map(line -> line.substring(line.indexOf(':') + 2))
            .flatMap(
                line ->
                    line.contains("fpu")
                        ? Arrays.stream(line.split(" ")).filter(f -> f.contains("vnni"))
                        : Stream.of(line))
            .distinct()
            .toList()
        : List.of("processor unknown");
  }
}
