package dev.litegraft.tensor;

import java.io.IOException;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/** A small tensor that is read often: its numbers are kept while memory allows. */
final class HeldTensor implements View {
  private final TensorData source;
  private volatile SoftReference<float @Nullable []> held = new SoftReference<>(null);

  HeldTensor(TensorData source) {
    this.source = source;
  }

  @Override
  public TensorData source() {
    return source;
  }

  @Override
  public Shape shape() {
    return source.shape();
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    float[] numbers = held.get();
    if (numbers == null) {
      numbers = new float[Math.toIntExact(shape().elements())];
      source.read(0, numbers, 0, numbers.length);
      held = new SoftReference<>(numbers);
    }
    System.arraycopy(numbers, Math.toIntExact(from), out, at, count);
  }
}
