package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.Scores;
import dev.litegraft.tensor.Float16;

/**
 * Constants beside the weights, rounded to f16 as TensorFlow's converter has them in an f16 file:
 * the scale of scores and its cap, epsilons, and the rotary tables of a static length.
 *
 * @param tables whether rotary tables are constants
 */
public record HalfConstants(boolean tables) implements VariantModel.Rewiring {
  @Override
  public Layers<Array> over(Layers<Array> f, Inputs<Array> in) {
    return new ForwardingLayers(f) {
      @Override
      public Array rotate(Array x, Rope<Array> rope) {
        return super.rotate(x, tables ? new Rope<>(half(rope.cos()), half(rope.sin())) : rope);
      }

      @Override
      public Array attention(Array query, Array key, Array value, Scores<Array> scores) {
        Scores<Array> rounded = scores.times(half(scores.scale()) / scores.scale());
        boolean capped = scores.cap() != 0;
        return super.attention(
            query, key, value, capped ? rounded.withCap(half(scores.cap())) : rounded);
      }

      @Override
      public Array rmsNorm(Array x, RmsNorm norm) {
        return super.rmsNorm(x, new RmsNorm(norm.name(), norm.weight(), half(norm.epsilon())));
      }

      @Override
      public Array layerNorm(Array x, LayerNorm norm) {
        return super.layerNorm(
            x, new LayerNorm(norm.name(), norm.weight(), norm.bias(), half(norm.epsilon())));
      }
    };
  }

  private static double half(double number) {
    return Float16.toFloat(Float16.of((float) number));
  }

  private static Array half(Array table) {
    float[] numbers = table.numbers().clone();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float16.toFloat(Float16.of(numbers[i]));
    }
    return Array.of(table.shape(), numbers);
  }
}
