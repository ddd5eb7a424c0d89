package dev.litegraft.benchmarks;

import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One answer, on one thread, of texts of several lengths. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class LatencyBenchmark {
  /** The file's recipe. */
  @Param({"f32", "int8"})
  public String recipe = "f32";

  /** The text's tokens. */
  @Param({"16", "32", "64", "128"})
  public int tokens = 16;

  private @Nullable RawModel model;
  private int[] ids = new int[0];

  /** Makes and opens the file. */
  @Setup
  public void open() throws IOException {
    model =
        RawModel.open(
            BenchmarkFiles.usual().converted(SyntheticLlama.SMOLLM2_135M, Recipe.of(recipe)),
            RuntimeOptions.defaults().withThreads(1));
    ids = BenchmarkFiles.ids(SyntheticLlama.SMOLLM2_135M, tokens);
  }

  /** Token ids in, logits out. */
  @Benchmark
  public RawOutput answer() {
    return Objects.requireNonNull(model).answer(ids, null, null);
  }

  /** Closes the file. */
  @TearDown
  public void close() {
    Objects.requireNonNull(model).close();
  }
}
