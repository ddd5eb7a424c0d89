package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.operator.Operand.Scaling;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TfliteModel.Quantization;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiFunction;

/** What a verifier needs of constants: whole numbers that shapes are made of, and scales. */
final class Constant {
  /** Shapes, axes, paddings, positions; tables are larger. */
  static final long MOST_BYTES = 1 << 15;

  /** Scales are read in pieces of so many bytes. */
  private static final int PIECE = 1 << 16;

  private Constant() {}

  static long[] numbers(TfliteReader reader, TfliteModel.Buffer buffer, DType type)
      throws IOException {
    ByteBuffer bytes = reader.bytes(buffer.position(), (int) buffer.bytes());
    long[] numbers = new long[bytes.remaining() * Byte.SIZE / type.bits()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (type) {
            case I64 -> bytes.getLong(i * Long.BYTES);
            case I32 -> bytes.getInt(i * Integer.BYTES);
            default -> bytes.get(i);
          };
    }
    return numbers;
  }

  /** The scales of a tensor, each of which must be a number above 0. */
  static Scaling scaling(
      TfliteReader reader,
      TfliteModel model,
      Tensor tensor,
      BiFunction<String, String, InvalidFileException> doubt)
      throws IOException {
    Quantization quantization = tensor.quantization().orElseThrow();
    String place = ", subgraph " + tensor.subgraph();
    if (quantization.scaleTensor() >= 0) {
      if (!blocksFit(model, tensor, quantization)) {
        throw doubt.apply("tensor " + tensor + " has scales by block that do not fit it", place);
      }
      return new Scaling(0, 0, quantization.blockSize(), 1);
    }
    int count = quantization.scales();
    int axis = quantization.dimension();
    boolean known = axis >= 0 && axis < tensor.shape().size();
    boolean fits = count == 1 || (known && tensor.shape().get(axis) == count);
    // f32 constants that were quantized once keep scales that mean nothing.
    if (tensor.type().dtype().filter(DType::isFloat).isPresent()) {
      return Scaling.NONE;
    }
    if (!fits || quantization.zeroPoints() != count) {
      throw doubt.apply(
          "tensor "
              + tensor
              + " has "
              + count
              + " scales and "
              + quantization.zeroPoints()
              + " zero points for axis "
              + axis,
          place);
    }
    return new Scaling(count, axis, 0, first(reader, tensor, quantization, doubt, place));
  }

  private static float first(
      TfliteReader reader,
      Tensor tensor,
      Quantization quantization,
      BiFunction<String, String, InvalidFileException> doubt,
      String place)
      throws IOException {
    long left = (long) quantization.scales() * Float.BYTES;
    long position = quantization.scalePosition();
    float first = 0;
    while (left > 0) {
      ByteBuffer bytes = reader.bytes(position, (int) Math.min(left, PIECE));
      first = first == 0 ? bytes.getFloat(0) : first;
      left -= bytes.remaining();
      position += bytes.remaining();
      while (bytes.hasRemaining()) {
        float scale = bytes.getFloat();
        if (!(scale >= Float.MIN_NORMAL && scale <= Float.MAX_VALUE)) {
          throw doubt.apply("tensor " + tensor + " has a scale of " + scale, place);
        }
      }
    }
    if (quantization.scales() == 1) {
      long zero = reader.bytes(quantization.zeroPointPosition(), Long.BYTES).getLong();
      if (zero < Short.MIN_VALUE || zero > Short.MAX_VALUE) {
        throw doubt.apply("tensor " + tensor + " has a zero point of " + zero, place);
      }
    }
    return first;
  }

  /** f16 scales [o, i / block] of weights [o, i]. */
  private static boolean blocksFit(TfliteModel model, Tensor tensor, Quantization quantization) {
    List<Tensor> tensors = model.subgraphs().get(tensor.subgraph()).tensors();
    int block = quantization.blockSize();
    if (quantization.scaleTensor() >= tensors.size() || block <= 0 || tensor.shape().size() != 2) {
      return false;
    }
    Tensor scales = tensors.get(quantization.scaleTensor());
    int rows = tensor.shape().get(0);
    int columns = tensor.shape().get(1);
    long bytes = model.buffers().get(scales.buffer()).bytes();
    return scales.type() == TensorType.FLOAT16
        && columns % block == 0
        && (long) rows * (columns / block) * Short.BYTES == bytes;
  }

  static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
