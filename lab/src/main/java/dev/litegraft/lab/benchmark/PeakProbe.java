package dev.litegraft.lab.benchmark;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Finds the machine's peak: a chain of products of large matrices and nothing else, by the kernels
 * that run files, too. It is about what the processor's instructions allow, as the products are of
 * the size that kernels are best at.
 */
final class PeakProbe implements AutoCloseable {
  private static final int ROWS = 192;
  private static final int WIDTH = 1024;
  private static final int PRODUCTS = 4;
  private static final int WORDS = 16;
  private static final int OUTPUTS = 16;
  static final long MULTIPLICATIONS = (long) ROWS * WIDTH * (PRODUCTS * (long) WIDTH + OUTPUTS);

  private final int threads;
  private final RawModel int8;
  private final RawModel f32;
  private double bestInt8 = Double.POSITIVE_INFINITY;
  private double bestF32 = Double.POSITIVE_INFINITY;

  private PeakProbe(int threads, RawModel int8, RawModel f32) {
    this.threads = threads;
    this.int8 = int8;
    this.f32 = f32;
  }

  /** Writes the probe's two files. */
  static void write(Path int8, Path f32) throws IOException {
    TfliteWriter writer = TfliteWriter.of(TfliteWriter.Options.of("litegraft bench"));
    writer.write(int8, List.of(graph(SymmetricInt8.PER_CHANNEL)));
    writer.write(f32, List.of(graph(PlainStorage.F32)));
  }

  private static Graph graph(Storage storage) {
    Random random = new Random(1);
    GraphBuilder builder = new GraphBuilder();
    Value ids = builder.input("input_ids", DType.I32, Shape.of(1, ROWS));
    Value table =
        builder.constant(
            "table", numbers(random, "table", Shape.of(WORDS, WIDTH), 1), PlainStorage.F32);
    Value x = builder.embeddingLookup(builder.reshape(ids, Shape.of(ROWS)), table); // [rows, width]
    for (int i = 0; i < PRODUCTS; i++) {
      x = product(builder, "product." + i, x, random, Shape.of(WIDTH, WIDTH), storage);
    }
    x = product(builder, "embedding", x, random, Shape.of(OUTPUTS, WIDTH), storage);
    return builder.build("serving_default", Map.of("embedding", x));
  }

  private static Value product(
      GraphBuilder builder, String name, Value x, Random random, Shape shape, Storage storage) {
    TensorData numbers = numbers(random, name, shape, 1 / Math.sqrt(WIDTH));
    Value weight = builder.constant(name + ".weight", numbers, storage);
    return builder.fullyConnected(name, x, weight, Optional.empty());
  }

  private static TensorData numbers(Random random, String name, Shape shape, double scale) {
    float[] numbers = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * scale);
    }
    return TensorViews.of(name, shape, numbers);
  }

  /** Opens what {@link #write} wrote. */
  static PeakProbe open(Path int8, Path f32, int threads) throws IOException {
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads);
    RawModel first = RawModel.open(int8, options);
    try {
      return new PeakProbe(threads, first, RawModel.open(f32, options));
    } catch (IOException | RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** Makes the products a few more times; the shortest counts. */
  void measure(int times) {
    for (int i = 0; i < times; i++) {
      bestInt8 = Math.min(bestInt8, milliseconds(int8));
      bestF32 = Math.min(bestF32, milliseconds(f32));
    }
  }

  private static double milliseconds(RawModel model) {
    int[] ids = new int[ROWS];
    Arrays.setAll(ids, i -> i % WORDS);
    long begin = System.nanoTime();
    model.run(ids, null, null);
    return (System.nanoTime() - begin) / 1e6;
  }

  /** What was the best until now. */
  Peak peak() {
    return new Peak(
        threads, Peak.rate(MULTIPLICATIONS, bestInt8), Peak.rate(MULTIPLICATIONS, bestF32));
  }

  @Override
  public void close() {
    int8.close();
    f32.close();
  }
}
