package dev.litegraft.benchmarks;

import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Options;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Does two works in turns and prints how their times compare: for machines that do other work too,
 * where a time alone says little.
 *
 * <pre>
 * ./mvnw -q -B -Dmaven.test.skip=true package -pl benchmarks -am
 * java -Xmx256m --enable-native-access=ALL-UNNAMED \
 *   -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.SideBySide [conversion] [latency] [open]
 * </pre>
 */
public final class SideBySide {
  private static final int CONVERSIONS = 5;
  private static final int ANSWERS = 11;
  private static final int STARTS = 5;
  private static final Options ONE_THREAD = Options.defaults().threads(1);

  private final BenchmarkFiles files = BenchmarkFiles.usual();

  private SideBySide() {}

  /** Takes which parts to run; none means all. */
  public static void main(String... args) throws IOException {
    List<String> parts =
        args.length == 0 ? List.of("conversion", "latency", "open") : List.of(args);
    SideBySide run = new SideBySide();
    System.out.printf(
        Locale.ROOT, "%-40s %10s %10s %7s %7s%n", "ms: median", "first", "second", "ratio", "best");
    for (String part : parts) {
      switch (part) {
        case "conversion" -> run.conversion();
        case "latency" -> run.latency();
        case "open" -> run.open();
        default -> throw new IllegalArgumentException(part + " is no part of this benchmark");
      }
    }
  }

  private void conversion() throws IOException {
    Path target = files.folder().resolve("target.tflite");
    Path copied = files.folder().resolve("copy.safetensors");
    SyntheticCheckpoint.Type f32 = SyntheticCheckpoint.Type.F32;
    SyntheticCheckpoint.Type bf16 = SyntheticCheckpoint.Type.BF16;
    Path weights = SyntheticCheckpoint.weights(files.checkpoint(f32));
    Path halves = SyntheticCheckpoint.weights(files.checkpoint(bf16));
    print(
        "copy of f32, f32 from f32",
        Times.of(
            CONVERSIONS,
            () -> Files.copy(weights, copied, StandardCopyOption.REPLACE_EXISTING),
            () -> files.convert(f32, Recipe.F32, target)));
    sizes(weights, target);
    print(
        "copy of bf16, int8 from bf16",
        Times.of(
            CONVERSIONS,
            () -> Files.copy(halves, copied, StandardCopyOption.REPLACE_EXISTING),
            () -> files.convert(bf16, Recipe.DYNAMIC_WI8_AFP32, target)));
    sizes(halves, target);
    Files.delete(target);
    Files.delete(copied);
  }

  private void latency() throws IOException {
    try (RawModel f32 = RawModel.open(files.converted(Recipe.F32), ONE_THREAD);
        RawModel int8 = RawModel.open(files.converted(Recipe.DYNAMIC_WI8_AFP32), ONE_THREAD)) {
      for (int tokens : new int[] {16, 32, 64, 128}) {
        print(
            "answer: f32, int8, " + tokens + " tokens",
            Times.of(ANSWERS, () -> answer(f32, tokens), () -> answer(int8, tokens)));
      }
      print(
          "answer: int8, 128 tokens, 16 tokens",
          Times.of(ANSWERS, () -> answer(int8, 128), () -> answer(int8, 16)));
    }
  }

  private void open() throws IOException {
    Path f32 = files.converted(Recipe.F32);
    Path int8 = files.converted(Recipe.DYNAMIC_WI8_AFP32);
    print(
        "open and answer 16 tokens: f32, int8",
        Times.of(STARTS, () -> openAndAnswer(f32), () -> openAndAnswer(int8)));
  }

  private static void openAndAnswer(Path file) throws IOException {
    try (RawModel model = RawModel.open(file, ONE_THREAD)) {
      answer(model, 16);
    }
  }

  private static void answer(RawModel model, int tokens) {
    float[] logits = model.answer(BenchmarkFiles.ids(tokens), null, null).values();
    if (!Float.isFinite(logits[0])) {
      throw new IllegalStateException("the answer is " + logits[0]);
    }
  }

  private static void sizes(Path from, Path to) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "  %.2f MiB -> %.2f MiB%n",
        Files.size(from) / 0x1.0p20,
        Files.size(to) / 0x1.0p20);
  }

  private static void print(String what, Times times) {
    System.out.printf(
        Locale.ROOT,
        "%-40s %10.1f %10.1f %7.2f %7.2f%n",
        what,
        Times.median(times.first()),
        Times.median(times.second()),
        times.ratio(),
        times.ratioOfBest());
  }
}
