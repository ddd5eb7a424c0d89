package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.lab.diagnosis.faults.VariantModel.Rewiring;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.lab.reference.StepwiseLayers;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Layers that work as a faulty exporter would have wired them. */
public final class Rewirings {
  private Rewirings() {}

  /** Another span of sight: causal or not, or within a window. */
  static Rewiring span(UnaryOperator<Span> other) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array mask(Array attended, Span span) {
            return super.mask(attended, other.apply(span));
          }
        };
  }

  /** Padding is attended like text. */
  static Rewiring maskIgnored() {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array mask(Array attended, Span span) {
            return super.mask(Array.filled(attended.shape(), 1), span);
          }
        };
  }

  /** Scores times {@code factor}. */
  static Rewiring attentionScale(double factor) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array attention(Array query, Array key, Array value, Scores<Array> scores) {
            return super.attention(query, key, value, scores.times(factor));
          }
        };
  }

  /** Query head i reads key/value head i mod k, instead of i / (h / k). */
  static Rewiring tiledHeads() {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array attention(Array query, Array key, Array value, Scores<Array> scores) {
            int heads = query.dim(1);
            int shared = key.dim(1);
            int group = heads / shared;
            Array regrouped = AttentionHeads.ordered(query, i -> i / group + i % group * shared);
            Array mixed = super.attention(regrouped, key, value, scores);
            return AttentionHeads.ordered(mixed, i -> i % shared * group + i / shared);
          }
        };
  }

  /** Numbers 2i and 2i + 1 of a head turn together, instead of i and i + r. */
  static Rewiring interleavedRotary() {
    return turned(
        half -> i -> i < half ? 2 * i : 2 * (i - half) + 1, half -> i -> i / 2 + i % 2 * half);
  }

  /**
   * AttentionHeads that stand in halves already are taken apart as if their pairs were neighbours.
   */
  static Rewiring halvedTwice() {
    return turned(
        half -> i -> i / 2 + i % 2 * half, half -> i -> i < half ? 2 * i : 2 * (i - half) + 1);
  }

  /** A head's numbers in another order, for half of how many turn. */
  private interface Order {
    IntUnaryOperator of(int half);
  }

  /** AttentionHeads are turned in another order of their numbers, and put back. */
  private static Rewiring turned(Order there, Order back) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array rotate(Array x, Rope<Array> rope) {
            int half = rope.cos().shape().last();
            Array moved = AttentionHeads.columns(x, 2 * half, there.of(half));
            return AttentionHeads.columns(super.rotate(moved, rope), 2 * half, back.of(half));
          }
        };
  }

  /** Norms multiply by {@code weight + offset}. */
  static Rewiring normOffset(float offset) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array rmsNorm(Array x, RmsNorm norm) {
            TensorData moved = TensorViews.plus(norm.weight(), offset);
            return super.rmsNorm(x, new RmsNorm(norm.name(), moved, norm.epsilon()));
          }
        };
  }

  /** Norms by the root mean square take the mean away first, as layer norms do. */
  static Rewiring normsAroundTheMean() {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array rmsNorm(Array x, RmsNorm norm) {
            return super.layerNorm(
                x, new LayerNorm(norm.name(), norm.weight(), Optional.empty(), norm.epsilon()));
          }
        };
  }

  /** Layer norms leave the mean in, as norms by the root mean square do. */
  static Rewiring normsAroundZero() {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array layerNorm(Array x, LayerNorm norm) {
            Array y = super.rmsNorm(x, new RmsNorm(norm.name(), norm.weight(), norm.epsilon()));
            return norm.bias().map(bias -> super.add(y, super.parameter(bias))).orElse(y);
          }
        };
  }

  /** The norms whose names fit are left out. */
  static Rewiring withoutNorms(Predicate<String> names) {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array rmsNorm(Array x, RmsNorm norm) {
            return names.test(norm.name()) ? x : super.rmsNorm(x, norm);
          }

          @Override
          public Array layerNorm(Array x, LayerNorm norm) {
            return names.test(norm.name()) ? x : super.layerNorm(x, norm);
          }
        };
  }

  /** The tokens' embeddings times {@code factor}. */
  static Rewiring embeddingScale(double factor) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array embedding(Array index, Embedding table) {
            Array rows = super.embedding(index, table);
            return index == in.ids() ? super.affine(rows, factor, 0) : rows;
          }
        };
  }

  /** The biases of the layers whose names fit are left out. */
  static Rewiring withoutBias(Predicate<String> names) {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array linear(Array x, Linear w) {
            return super.linear(
                x, names.test(w.name()) ? new Linear(w.name(), w.weight(), Optional.empty()) : w);
          }
        };
  }

  /** Norms whose bias is left out. */
  static Rewiring withoutNormBias() {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array layerNorm(Array x, LayerNorm norm) {
            return super.layerNorm(
                x, new LayerNorm(norm.name(), norm.weight(), Optional.empty(), norm.epsilon()));
          }
        };
  }

  /**
   * Position embeddings are read {@code shift} rows further down, the ends staying in the table.
   */
  static Rewiring positionRows(int shift, Predicate<String> isPositions) {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array embedding(Array index, Embedding table) {
            if (!isPositions.test(table.name())) {
              return super.embedding(index, table);
            }
            float last = table.weight().shape().dim(0) - 1;
            float[] rows = new float[index.numbers().length];
            for (int i = 0; i < rows.length; i++) {
              rows[i] = Math.min(last, Math.max(0, index.numbers()[i] + shift));
            }
            return super.embedding(Array.of(index.shape(), rows), table);
          }
        };
  }

  /** The tables of embeddings whose names fit give zeros. */
  static Rewiring withoutTable(Predicate<String> names) {
    return (f, in) ->
        new StepwiseLayers(f) {
          @Override
          public Array embedding(Array index, Embedding table) {
            Array rows = super.embedding(index, table);
            return names.test(table.name()) ? Array.filled(rows.shape(), 0) : rows;
          }
        };
  }

  /** The activation stands on the other factor: {@code gate · activation(up)}. */
  static Rewiring gateUpSwapped(Predicate<String> isOfHead) {
    return (f, in) -> new SwappedGate(f, isOfHead);
  }

  private static final class SwappedGate extends ForwardingLayers {
    private final Predicate<String> isOfHead;
    private @Nullable Array gate;
    private @Nullable Array ofHead;
    private Activation function = Activation.LINEAR;

    SwappedGate(Layers<Array> to, Predicate<String> isOfHead) {
      super(to);
      this.isOfHead = isOfHead;
    }

    /** What the head makes has no other factor. */
    @Override
    public Array linear(Array x, Linear w) {
      Array y = super.linear(x, w);
      ofHead = isOfHead.test(w.name()) ? y : ofHead;
      return y;
    }

    /**
     * Keeps what the activation would be taken of; the product that follows takes it of the other
     * factor.
     */
    @Override
    public Array activation(Array x, Activation wanted) {
      if (x == ofHead) {
        return super.activation(x, wanted);
      }
      Array plain = Array.of(x.shape(), x.numbers());
      gate = plain;
      function = wanted;
      return plain;
    }

    @Override
    public Array multiply(Array a, Array b) {
      return a == gate ? super.multiply(a, super.activation(b, function)) : super.multiply(a, b);
    }
  }

  /**
   * Positions are counted over the attended tokens only, or the other way round, for models that
   * look positions up.
   */
  static Rewiring positionsOfAttended() {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array positions(Array ids) {
            Array counted = super.affine(super.runningSum(in.attended()), 1, -1);
            return super.activation(counted, Activation.RELU);
          }
        };
  }

  /** What follows the head's dense layer is another activation. */
  static Rewiring headActivation(Activation other, Predicate<String> isOfHead) {
    return (f, in) ->
        new ForwardingLayers(f) {
          private @Nullable Array dense;

          @Override
          public Array linear(Array x, Linear w) {
            Array y = super.linear(x, w);
            dense = isOfHead.test(w.name()) ? y : dense;
            return y;
          }

          @Override
          public Array activation(Array x, Activation function) {
            return super.activation(x, x == dense ? other : function);
          }
        };
  }

  /** The dense layer before the classifier, and its activation, are left out. */
  static Rewiring withoutDenseHead(Predicate<String> isDense) {
    return (f, in) ->
        new ForwardingLayers(f) {
          private @Nullable Array left;

          @Override
          public Array linear(Array x, Linear w) {
            boolean dense = isDense.test(w.name());
            left = dense ? x : left;
            return dense ? x : super.linear(x, w);
          }

          @Override
          public Array activation(Array x, Activation function) {
            return x == left ? x : super.activation(x, function);
          }
        };
  }

  /** Embeddings are pooled over padding too. */
  static Rewiring poolingOfAll() {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array averaging(Array attended) {
            return super.averaging(super.affine(attended, 0, 1));
          }

          @Override
          public Array maxOverTokens(Array x, Array attended) {
            return super.maxOverTokens(x, super.affine(attended, 0, 1));
          }

          @Override
          public Array lastWhere(Array flags) {
            return super.lastWhere(super.affine(flags, 0, 1));
          }
        };
  }

  /** One vector a text made in another way. */
  public interface Pool {
    Array apply(Layers<Array> f, Inputs<Array> in, Array x);
  }

  /** The head reads {@code pool} of all tokens, instead of the selected one. */
  public static Rewiring pooling(Pool pool, Predicate<String> isOfHead) {
    return (f, in) ->
        new ForwardingLayers(f) {
          private @Nullable Array unpicked;

          /**
           * Nothing is picked on the way; what the last pick would have been is picked before the
           * head.
           */
          @Override
          public Array pick(Array weights, Array x) {
            unpicked = weights;
            return x;
          }

          @Override
          public Array positionsFrom(Array positions, Array picked) {
            return super.relativePositions(in.ids());
          }

          @Override
          public Array relativeScoresOfOne(Optional<Array> query, Optional<Array> key, Array rows) {
            int ofKeys = query.isPresent() && key.isPresent() ? rows.dim(1) / 2 : 0;
            Array each = key.isPresent() ? AttentionHeads.mirrored(rows, ofKeys) : rows;
            return super.relativeScores(query, key, each);
          }

          @Override
          public Array linear(Array x, Linear w) {
            boolean head =
                unpicked != null && isOfHead.test(w.name()) && x.dim(1) == in.ids().dim(1);
            return super.linear(head ? pool.apply(f, in, x) : x, w);
          }
        };
  }
}
