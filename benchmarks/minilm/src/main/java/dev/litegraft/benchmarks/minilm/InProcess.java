package dev.litegraft.benchmarks.minilm;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.facts.Pooling;
import dev.litegraft.langchain4j.LitegraftEmbeddingModel;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * LangChain4j's in-process all-MiniLM-L6-v2 beside ours, through the same interface, in turns, in
 * f32 and in int8: how far vectors are from those of theirs in f32, and how long texts take one by
 * one and together.
 *
 * <pre>
 * ORT_DISABLE_TELEMETRY=1 java -Xmx1g --enable-native-access=ALL-UNNAMED \
 *   -cp "benchmarks/minilm/target/classes:$(cat benchmarks/minilm/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.minilm.InProcess
 * </pre>
 */
public final class InProcess {
  private static final int TURNS = 7;

  private InProcess() {}

  /** Takes nothing. */
  public static void main(String... args) throws IOException {
    Path folder = Path.of("benchmarks/minilm/target/files");
    Path checkpoint = folder.resolve("checkpoint");
    RebuiltCheckpoint.write(RebuiltCheckpoint.resource("/all-minilm-l6-v2.onnx"), checkpoint);
    List<TextSegment> texts =
        new String(RebuiltCheckpoint.resource("texts-113.txt"), StandardCharsets.UTF_8)
            .lines()
            .map(TextSegment::from)
            .toList();
    EmbeddingModel theirs = new AllMiniLmL6V2EmbeddingModel();
    List<Embedding> expected = theirs.embedAll(texts).content();
    for (Recipe recipe : List.of(Recipe.F32, Recipe.DYNAMIC_WI8_AFP32)) {
      EmbeddingModel same =
          recipe.equals(Recipe.F32) ? theirs : new AllMiniLmL6V2QuantizedEmbeddingModel();
      Path file = folder.resolve("in-process.tflite");
      Converter.of(checkpoint)
          .withOptions(
              ConversionOptions.defaults()
                  .withRecipe(recipe)
                  .withPooling(Pooling.MEAN)
                  .withNormalize(true))
          .convert(file);
      try (LitegraftEmbeddingModel ours =
          LitegraftEmbeddingModel.builder().file(file.toString()).build()) {
        System.out.printf(
            Locale.ROOT,
            "%s: largest difference from f32: theirs %.2e, ours %.2e%n",
            recipe.canonicalName(),
            apart(expected, same.embedAll(texts).content()),
            apart(expected, ours.embedAll(texts).content()));
        time(same, ours, texts);
      }
    }
  }

  private static double apart(List<Embedding> expected, List<Embedding> found) {
    double apart = 0;
    for (int i = 0; i < expected.size(); i++) {
      float[] a = expected.get(i).vector();
      float[] b = found.get(i).vector();
      for (int k = 0; k < a.length; k++) {
        apart = Math.max(apart, Math.abs(a[k] - b[k]));
      }
    }
    return apart;
  }

  private static void time(EmbeddingModel theirs, EmbeddingModel ours, List<TextSegment> texts) {
    double[][] times = new double[4][TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      times[0][turn] = milliseconds(() -> texts.forEach(theirs::embed));
      times[1][turn] = milliseconds(() -> texts.forEach(ours::embed));
      times[2][turn] = milliseconds(() -> theirs.embedAll(texts));
      times[3][turn] = milliseconds(() -> ours.embedAll(texts));
    }
    System.out.printf(
        Locale.ROOT,
        "  ms a text, one by one: LangChain4j's %.2f, ours %.2f; together: %.2f, %.2f%n",
        median(times[0]) / texts.size(),
        median(times[1]) / texts.size(),
        median(times[2]) / texts.size(),
        median(times[3]) / texts.size());
  }

  private static double milliseconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e6;
  }

  private static double median(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
