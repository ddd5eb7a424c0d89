package dev.litegraft.benchmarks.onnx;

import dev.litegraft.benchmarks.onnx.OnnxWriter.Attribute;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Products with weights: of floats, or as ONNX Runtime's dynamic quantization has them, whose
 * weights have one scale a matrix and no zero point, and whose inputs are rounded while it runs.
 *
 * <p>Source: {@code MatMulInteger} and {@code quantize_activation} of onnxruntime.quantization: an
 * input that several products have is rounded once. The session makes one operator of the four.
 */
final class Matrices {
  private final OnnxWriter out;
  private final boolean int8;
  private final Map<String, Rounded> rounded = new HashMap<>();

  /** An input in uint8. */
  record Rounded(String numbers, String scale, String zero) {}

  Matrices(OnnxWriter out, boolean int8) {
    this.out = out;
    this.int8 = int8;
  }

  boolean int8() {
    return int8;
  }

  /**
   * x · W.
   *
   * @param weight as the product has it, [in, out]
   */
  String product(String x, String name, Numbers.Tensor weight) throws IOException {
    String matrix = constant(name + ".matrix", weight);
    if (!int8) {
      return out.node(OnnxWriter.ONNX, "MatMul", List.of(x, matrix), name);
    }
    Rounded input = rounded(x);
    String scales =
        out.node(
            OnnxWriter.ONNX, "Mul", List.of(input.scale(), matrix + ".scale"), name + ".scales");
    String sums =
        out.node(
            OnnxWriter.ONNX,
            "MatMulInteger",
            List.of(input.numbers(), matrix, input.zero(), matrix + ".zero"),
            name + ".sums");
    String floats =
        out.node(
            OnnxWriter.ONNX,
            "Cast",
            List.of(sums),
            name + ".floats",
            Attribute.of("to", OnnxWriter.Type.FLOAT.code()));
    return out.node(OnnxWriter.ONNX, "Mul", List.of(floats, scales), name);
  }

  /** An input rounded to uint8; the same for every product that has it. */
  Rounded rounded(String x) throws IOException {
    Rounded known = rounded.get(x);
    if (known == null) {
      known = new Rounded(x + ".rounded", x + ".scale", x + ".zero");
      out.node(
          OnnxWriter.ONNX,
          "DynamicQuantizeLinear",
          List.of(x),
          List.of(known.numbers(), known.scale(), known.zero()));
      rounded.put(x, known);
    }
    return known;
  }

  /** A weight; in int8 its scale and zero point are called {@code .scale} and {@code .zero}. */
  String constant(String name, Numbers.Tensor matrix) throws IOException {
    if (!int8) {
      return out.floats(name, matrix.shape(), matrix.numbers());
    }
    float most = 0;
    for (float number : matrix.numbers()) {
      most = Math.max(most, Math.abs(number));
    }
    float scale = most / Byte.MAX_VALUE;
    byte[] whole = new byte[matrix.numbers().length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (byte) Math.rint(matrix.numbers()[i] / scale);
    }
    out.floats(name + ".scale", new int[0], new float[] {scale});
    out.bytes(name + ".zero", new int[0], new byte[1]);
    return out.bytes(name, matrix.shape(), whole);
  }
}
