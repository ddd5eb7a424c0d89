package dev.litegraft.layer;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;

/**
 * The matrix of a discrete Fourier transform: its real part, and the negative of its imaginary one.
 *
 * <p>Source: torch.fft.fft.
 *
 * @param cosines cos(2π · i · j / n), [b, q, n]
 * @param sines sin(2π · i · j / n), [b, q, n]
 */
public record Waves<T>(T cosines, T sines) {
  /** Those over the numbers of a row: [1, n, n]. */
  public static <T> Waves<T> of(Layers<T> f, int n) {
    return new Waves<>(
        f.parameter(table("cos", n, Math::cos)), f.parameter(table("sin", n, Math::sin)));
  }

  private interface Wave {
    double at(double angle);
  }

  /** The product is taken modulo n as long as it is whole, so that large angles lose nothing. */
  private static TensorData table(String name, int n, Wave wave) {
    float[] all = new float[Math.multiplyExact(n, n)];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        all[i * n + j] = (float) wave.at(2 * Math.PI * ((long) i * j % n) / n);
      }
    }
    String path = "fourier." + name + "/" + n;
    return TensorViews.of(path, Shape.of(1, n, n), all);
  }

  /** Those of one picked row: [b, 1, n]. */
  public Waves<T> pick(Layers<T> f, T selection) {
    return new Waves<>(f.pick(selection, cosines), f.pick(selection, sines));
  }
}
