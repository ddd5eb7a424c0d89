package dev.litegraft.benchmarks;

import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
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
 *   dev.litegraft.benchmarks.SideBySide [conversion] [process] [latency] [open] [encoders]
 * </pre>
 */
public final class SideBySide {
  private static final int CONVERSIONS = 5;
  private static final int PROCESSES = 7;
  private static final int ANSWERS = 11;
  private static final int STARTS = 5;
  private static final int SHORT_ANSWERS = 41;

  /** On a core with VNNI a multiplication of floats takes as long as four of int8. */
  private static final long FLOATS = 4;

  private static final int[] LENGTHS = {16, 32, 64, 128};
  private static final SyntheticModel SMOL = SyntheticLlama.SMOLLM2_135M;
  private static final RuntimeOptions ONE_THREAD = RuntimeOptions.defaults().withThreads(1);

  private final BenchmarkFiles files = BenchmarkFiles.usual();

  private SideBySide() {}

  /** Takes which parts to run; none means all. */
  public static void main(String... args) throws IOException {
    List<String> parts =
        args.length == 0
            ? List.of("conversion", "process", "latency", "open", "encoders")
            : List.of(args);
    SideBySide run = new SideBySide();
    System.out.printf(
        Locale.ROOT, "%-44s %10s %10s %7s %7s%n", "ms: median", "first", "second", "ratio", "best");
    for (String part : parts) {
      switch (part) {
        case "conversion" -> run.conversion();
        case "process" -> run.process();
        case "latency" -> run.latency();
        case "open" -> run.open();
        case "encoders" -> run.encoders();
        default -> throw new IllegalArgumentException(part + " is no part of this benchmark");
      }
    }
  }

  private void conversion() throws IOException {
    Path target = files.folder().resolve("target.tflite");
    Path copied = files.folder().resolve("copy.safetensors");
    Path single = files.checkpoint(SMOL, SyntheticCheckpoint.Type.F32);
    Path half = files.checkpoint(SMOL, SyntheticCheckpoint.Type.BF16);
    Path weights = SyntheticCheckpoint.weights(single);
    Path halves = SyntheticCheckpoint.weights(half);
    print(
        "copy of f32, f32 from f32",
        Times.of(
            CONVERSIONS,
            () -> Files.copy(weights, copied, StandardCopyOption.REPLACE_EXISTING),
            () -> BenchmarkFiles.convert(single, Recipe.F32, target)));
    sizes(weights, target);
    print(
        "copy of bf16, int8 from bf16",
        Times.of(
            CONVERSIONS,
            () -> Files.copy(halves, copied, StandardCopyOption.REPLACE_EXISTING),
            () -> BenchmarkFiles.convert(half, Recipe.DYNAMIC_WI8_AFP32, target)));
    sizes(halves, target);
    Files.delete(target);
    Files.delete(copied);
  }

  /** Conversions as a user starts them, whole processes, each beside a copy of the f32 weights. */
  private void process() throws IOException {
    Path target = files.folder().resolve("target.tflite");
    Path copied = files.folder().resolve("copy.safetensors");
    Path single = files.checkpoint(SMOL, SyntheticCheckpoint.Type.F32);
    Path half = files.checkpoint(SMOL, SyntheticCheckpoint.Type.BF16);
    Path weights = SyntheticCheckpoint.weights(single);
    Times.Work copy = () -> started(copied, "cp", weights.toString(), copied.toString());
    print(
        "cp of f32, litegraft convert, f32 from f32",
        Times.of(PROCESSES, copy, () -> converted(single, "f32", target)));
    print(
        "cp of f32, litegraft convert, int8 from bf16",
        Times.of(PROCESSES, copy, () -> converted(half, "int8", target)));
    Files.delete(target);
    Files.delete(copied);
  }

  private static void converted(Path checkpoint, String recipe, Path target) throws IOException {
    started(
        target,
        Path.of("litegraft").toAbsolutePath().toString(),
        "convert",
        checkpoint.toString(),
        "-o",
        target.toString(),
        "--recipe",
        recipe,
        "--no-verify",
        "--quiet");
  }

  /** Runs a program that makes a file, which is not there before. */
  private static void started(Path made, String... command) throws IOException {
    Files.deleteIfExists(made);
    ProcessBuilder process = new ProcessBuilder(command).inheritIO();
    process.environment().put("LITEGRAFT_JAVA_OPTS", "-Xmx256m");
    try {
      int code = process.start().waitFor();
      if (code != 0) {
        throw new IOException(String.join(" ", command) + ": exit code " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void latency() throws IOException {
    try (RawModel f32 = opened(SMOL, Recipe.F32);
        RawModel int8 = opened(SMOL, Recipe.DYNAMIC_WI8_AFP32)) {
      for (int tokens : LENGTHS) {
        Times times =
            Times.of(ANSWERS, () -> answer(SMOL, f32, tokens), () -> answer(SMOL, int8, tokens));
        print("answer: f32, int8, " + tokens + " tokens", times);
        rates(SMOL, SMOL, tokens, times);
      }
      print(
          "answer: int8, 128 tokens, 16 tokens",
          Times.of(ANSWERS, () -> answer(SMOL, int8, 128), () -> answer(SMOL, int8, 16)));
    }
  }

  private void open() throws IOException {
    Path f32 = files.converted(SMOL, Recipe.F32);
    Path int8 = files.converted(SMOL, Recipe.DYNAMIC_WI8_AFP32);
    print(
        "open and answer 16 tokens: f32, int8",
        Times.of(STARTS, () -> openAndAnswer(f32), () -> openAndAnswer(int8)));
  }

  /** Encoders in int8, each beside a Llama with as many weights. */
  private void encoders() throws IOException {
    EncoderSize size = EncoderSize.BASE;
    SyntheticModel llama = SyntheticLlama.asLargeAs(size);
    List<SyntheticModel> encoders =
        List.of(
            new SyntheticBert(size),
            new SyntheticDistilBert(size),
            new SyntheticModernBert(size),
            new SyntheticDebertaV2(size));
    try (RawModel beside = opened(llama, Recipe.DYNAMIC_WI8_AFP32)) {
      for (SyntheticModel encoder : encoders) {
        try (RawModel model = opened(encoder, Recipe.DYNAMIC_WI8_AFP32)) {
          for (int tokens : LENGTHS) {
            Times times =
                Times.of(
                    SHORT_ANSWERS,
                    () -> answer(llama, beside, tokens),
                    () -> answer(encoder, model, tokens));
            print(llama.name() + ", " + encoder.name() + ", " + tokens + " tokens", times);
            rates(llama, encoder, tokens, times);
            shares(llama, encoder, tokens, times);
          }
        }
      }
    }
  }

  private static void openAndAnswer(Path file) throws IOException {
    try (RawModel model = RawModel.open(file, ONE_THREAD)) {
      answer(SMOL, model, 16);
    }
  }

  private RawModel opened(SyntheticModel model, Recipe recipe) throws IOException {
    return RawModel.open(files.converted(model, recipe), ONE_THREAD);
  }

  private static void answer(SyntheticModel shape, RawModel model, int tokens) {
    float[] logits = model.answer(BenchmarkFiles.ids(shape, tokens), null, null).values();
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

  /** Multiplications with weights; one and its sum are two operations; by the best times. */
  private static void rates(SyntheticModel first, SyntheticModel second, int tokens, Times times) {
    rates("Gop/s at best", first.multiplications(tokens), second.multiplications(tokens), times);
  }

  /** All multiplications of an int8 file, by {@link #FLOATS}. */
  private static void shares(SyntheticModel first, SyntheticModel second, int tokens, Times times) {
    rates("with products", inInt8(first, tokens), inInt8(second, tokens), times);
  }

  private static long inInt8(SyntheticModel model, int tokens) {
    return model.multiplications(tokens) + FLOATS * model.products(tokens);
  }

  private static void rates(String what, long first, long second, Times times) {
    double before = 2e-6 * first / Times.best(times.first());
    double after = 2e-6 * second / Times.best(times.second());
    System.out.printf(
        Locale.ROOT, "  %-38s %14.0f %10.0f %7.2f%n", what, before, after, after / before);
  }

  private static void print(String what, Times times) {
    System.out.printf(
        Locale.ROOT,
        "%-44s %10.1f %10.1f %7.2f %7.2f%n",
        what,
        Times.median(times.first()),
        Times.median(times.second()),
        times.ratio(),
        times.ratioOfBest());
  }
}
