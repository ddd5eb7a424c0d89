package dev.litegraft.benchmarks;

import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.FloatCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a conversion does with a block of weights (262,144 numbers of bf16), step by step, and what
 * the runtime does with a text before its graph.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PiecesBenchmark {
  private static final int ROWS = 256;
  private static final int WIDTH = 1024;
  private static final String TEXT = "처음부터 끝까지 눈을 뗄 수 없었던 영화, 배우들의 연기가 정말 좋았다";

  private final ByteBuffer stored =
      ByteBuffer.allocateDirect(ROWS * WIDTH * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final float[] numbers = new float[ROWS * WIDTH];
  private final ByteBuffer rounded = ByteBuffer.allocateDirect(ROWS * WIDTH);
  private final FloatBuffer scales = FloatBuffer.allocate(ROWS);
  private @Nullable Tokenizer tokenizer;

  /** Makes a block of weights, and opens the example's tokenizer. */
  @Setup
  public void open() throws IOException {
    for (int i = 0; i < ROWS * WIDTH; i++) {
      stored.putShort(2 * i, (short) (0x3c00 + i * 31 % 512 + (i & 1) * 0x8000));
    }
    widen();
    tokenizer = Tokenizer.open(Path.of("examples/ko-movie-reviews"));
  }

  /** bf16 as f32. */
  @Benchmark
  public float[] widen() {
    FloatCodec.decode(DType.BF16, stored.clear(), numbers, 0, numbers.length);
    return numbers;
  }

  /** f32 as int8, a scale a row. */
  @Benchmark
  public ByteBuffer round() {
    SymmetricInt8.PER_CHANNEL.encode(0, numbers, ROWS, WIDTH, rounded.clear(), scales.clear());
    return rounded;
  }

  /** The stored bytes' SHA-256. */
  @Benchmark
  public byte[] hash() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(stored.clear());
    return digest.digest();
  }

  /** A review's tokens. */
  @Benchmark
  public int[] tokenize() {
    return Objects.requireNonNull(tokenizer).encode(TEXT).ids();
  }

  /** Closes the tokenizer. */
  @TearDown
  public void close() {
    Objects.requireNonNull(tokenizer).close();
  }
}
