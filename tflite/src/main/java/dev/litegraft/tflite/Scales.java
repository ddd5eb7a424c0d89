package dev.litegraft.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The scales and zero points of a constant.
 *
 * @param scales none for numbers that are what they are
 * @param zeros as many as scales, or none
 * @param run numbers in a row, in row-major order, that have the same scale
 */
record Scales(float[] scales, long[] zeros, long run) {
  private static final Scales NONE = new Scales(new float[0], new long[0], 1);

  /** {@code scale · (q − zero point)} of the number with this index. */
  float undo(float number, long index) {
    if (scales.length == 0) {
      return number;
    }
    int i = (int) (index / run % scales.length);
    return scales[i] * (zeros.length == 0 ? number : number - zeros[i]);
  }

  static Scales open(ByteSource source, String where, TfliteModel model, TfliteModel.Tensor tensor)
      throws IOException {
    if (tensor.quantization().isEmpty()) {
      return NONE;
    }
    TfliteModel.Quantization quantization = tensor.quantization().get();
    return quantization.scaleTensor() >= 0
        ? blocks(source, where, model, tensor, quantization)
        : channels(source, where, tensor, quantization);
  }

  private static Scales channels(
      ByteSource source,
      String where,
      TfliteModel.Tensor tensor,
      TfliteModel.Quantization quantization)
      throws IOException {
    int count = quantization.scales();
    int zeros = quantization.zeroPoints();
    int dimension = quantization.dimension();
    List<Integer> shape = tensor.shape();
    boolean known = dimension >= 0 && dimension < shape.size();
    boolean scalesFit = count == 1 || (known && shape.get(dimension) == count);
    boolean zerosFit = zeros == 0 || zeros == 1 || zeros == count;
    if (!scalesFit || !zerosFit) {
      throw StoredConstant.fault(
          tensor,
          "has " + count + " scales and " + zeros + " zero points for dimension " + dimension,
          where);
    }
    float[] scales = new float[count];
    bytes(source, where, quantization.scalePosition(), (long) count * Float.BYTES)
        .asFloatBuffer()
        .get(scales);
    long[] points = new long[zeros == 0 ? 0 : count];
    if (zeros == count) {
      bytes(source, where, quantization.zeroPointPosition(), (long) count * Long.BYTES)
          .asLongBuffer()
          .get(points);
    } else if (zeros == 1) {
      long point = bytes(source, where, quantization.zeroPointPosition(), Long.BYTES).getLong();
      java.util.Arrays.fill(points, point);
    }
    long run = 1;
    for (int i = dimension + 1; count > 1 && i < shape.size(); i++) {
      run *= shape.get(i);
    }
    return new Scales(scales, points, run);
  }

  private static Scales blocks(
      ByteSource source,
      String where,
      TfliteModel model,
      TfliteModel.Tensor tensor,
      TfliteModel.Quantization quantization)
      throws IOException {
    List<TfliteModel.Tensor> tensors = model.subgraphs().get(tensor.subgraph()).tensors();
    long elements = tensor.shape().stream().mapToLong(i -> i).reduce(1, Math::multiplyExact);
    int block = quantization.blockSize();
    boolean known = quantization.scaleTensor() < tensors.size() && block > 0;
    if (!known || tensors.get(quantization.scaleTensor()).quantization().isPresent()) {
      throw StoredConstant.fault(
          tensor,
          "has blocks of " + block + " and scales in tensor " + quantization.scaleTensor(),
          where);
    }
    StoredConstant stored =
        StoredConstant.open(source, where, model, tensors.get(quantization.scaleTensor()));
    long count = stored.shape().elements();
    if (count > Integer.MAX_VALUE || count * block != elements) {
      throw StoredConstant.fault(tensor, "has " + count + " scales for blocks of " + block, where);
    }
    float[] scales = new float[(int) count];
    stored.read(0, scales, 0, scales.length);
    return new Scales(scales, new long[0], block);
  }

  private static ByteBuffer bytes(ByteSource source, String where, long position, long size)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    FileWindow.read(source, position, bytes, where);
    return bytes.flip();
  }
}
