package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.BFloat16;
import dev.litegraft.tensor.ChangedNumbers;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;

/** Weights that went through a narrower type on their way into a file. */
public final class RoundedWeights {
  private RoundedWeights() {}

  /** A checkpoint's own weights, rounded to what {@code through} holds. */
  public static Weights of(Weights own, Type through) {
    return own.mapped(tensor -> of(tensor, through));
  }

  /** A tensor's numbers, rounded so. */
  public static TensorData of(TensorData tensor, Type through) {
    return new Rounded(tensor, through);
  }

  /** How numbers are rounded. */
  public enum Type {
    BFLOAT16,
    FLOAT16,
    /**
     * To f16 after a tool multiplied it with a number that it folded in, as a norm's weight: also
     * numbers that f16 could hold are rounded then.
     */
    FOLDED_FLOAT16;

    private static final float FOLDED = 1.37f;

    float round(float number) {
      return switch (this) {
        case BFLOAT16 -> BFloat16.toFloat(BFloat16.of(number));
        case FLOAT16 -> Float16.toFloat(Float16.of(number));
        case FOLDED_FLOAT16 -> Float16.toFloat(Float16.of(number * FOLDED)) / FOLDED;
      };
    }
  }

  private record Rounded(TensorData source, Type through) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = at; i < at + count; i++) {
        out[i] = through.round(out[i]);
      }
    }
  }
}
