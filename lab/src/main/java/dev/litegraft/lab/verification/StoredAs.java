package dev.litegraft.lab.verification;

import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;

/** How a file stores its weights, which decides what can be asked of its answers. */
public enum StoredAs {
  /** f32 throughout: the answers are the checkpoint's but for rounding. */
  F32,
  /** Some weights in f16. */
  F16,
  /** Some weights as whole numbers of 8 bits with scales. */
  INT8,
  /** Some weights as whole numbers of 4 bits or fewer with scales. */
  INT4;

  /** Whether some weights are whole numbers. */
  public boolean isQuantized() {
    return this == INT8 || this == INT4;
  }

  /** The coarsest storage of a file's constants. */
  public static StoredAs of(TfliteModel model) {
    StoredAs coarsest = F32;
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Tensor tensor : subgraph.tensors()) {
        StoredAs own = of(tensor);
        coarsest = own.compareTo(coarsest) > 0 ? own : coarsest;
      }
    }
    return coarsest;
  }

  /**
   * Whether a file multiplies in int8 with a scale an output channel, as {@code dynamic_wi8_afp32}
   * does: what the reference can follow step by step.
   */
  public static boolean isDynamicInt8(TfliteModel model) {
    if (of(model) != INT8) {
      return false;
    }
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Operator operator : subgraph.operators()) {
        int weight =
            operator.mnemonic().equals("FULLY_CONNECTED") && operator.inputs().size() > 1
                ? operator.inputs().get(1)
                : -1;
        if (weight >= 0 && !hasScaleARow(subgraph.tensors().get(weight))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean hasScaleARow(TfliteModel.Tensor tensor) {
    return tensor.type() == TensorType.INT8
        && !tensor.shape().isEmpty()
        && tensor.quantization().map(q -> q.scales() == tensor.shape().get(0)).orElse(false);
  }

  private static StoredAs of(TfliteModel.Tensor tensor) {
    boolean scaled =
        tensor.quantization().map(q -> q.scales() > 0 || q.blockSize() > 0).orElse(false);
    return switch (tensor.type()) {
      case FLOAT16, BFLOAT16 -> F16;
      case INT8, UINT8, INT16, UINT16 -> scaled ? INT8 : F32;
      case INT4, UINT4, INT2 -> INT4;
      default -> F32;
    };
  }
}
