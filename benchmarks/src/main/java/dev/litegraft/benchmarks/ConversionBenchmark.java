package dev.litegraft.benchmarks;

import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Conversion with 256 MB of heap, and a plain copy of the weights to compare it with. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class ConversionBenchmark {
  private final BenchmarkFiles files = BenchmarkFiles.usual();
  private final Path target = files.folder().resolve("target.tflite");

  /** Makes both checkpoints. */
  @Setup
  public void prepare() throws IOException {
    for (SyntheticCheckpoint.Type type : SyntheticCheckpoint.Type.values()) {
      checkpoint(type);
    }
  }

  /** f32 weights to an f32 file. */
  @Benchmark
  public void f32FromF32() throws IOException {
    BenchmarkFiles.convert(checkpoint(SyntheticCheckpoint.Type.F32), Recipe.F32, target);
  }

  /** bf16 weights to an int8 file. */
  @Benchmark
  public void int8FromBf16() throws IOException {
    BenchmarkFiles.convert(
        checkpoint(SyntheticCheckpoint.Type.BF16), Recipe.DYNAMIC_WI8_AFP32, target);
  }

  /** The f32 weights, copied. */
  @Benchmark
  public void copyOfF32() throws IOException {
    copy(SyntheticCheckpoint.Type.F32);
  }

  /** The bf16 weights, copied. */
  @Benchmark
  public void copyOfBf16() throws IOException {
    copy(SyntheticCheckpoint.Type.BF16);
  }

  private void copy(SyntheticCheckpoint.Type type) throws IOException {
    Path weights = SyntheticCheckpoint.weights(checkpoint(type));
    Files.copy(weights, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path checkpoint(SyntheticCheckpoint.Type type) throws IOException {
    return files.checkpoint(SyntheticLlama.SMOLLM2_135M, type);
  }
}
