package dev.litegraft.benchmarks;

import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** From a path to the first answer of 16 tokens, the file being in the system's cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 0)
@Measurement(iterations = 3)
public class OpenBenchmark {
  /** The file's recipe. */
  @Param({"f32", "int8"})
  public String recipe = "f32";

  private Path file = Path.of("");

  /** Makes the file. */
  @Setup
  public void prepare() throws IOException {
    file = BenchmarkFiles.usual().converted(SyntheticLlama.SMOLLM2_135M, Recipe.of(recipe));
  }

  /** Opens, answers and closes. */
  @Benchmark
  public RawOutput openAndAnswer() throws IOException {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      return model.answer(BenchmarkFiles.ids(SyntheticLlama.SMOLLM2_135M, 16), null, null);
    }
  }
}
