package dev.litegraft.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A tensor whose stored bytes can be read as they are: to copy them, or to hash them. */
public interface RawTensorData extends TensorData {
  /** The size of the tensor as it is stored. */
  default long byteCount() {
    return dtype().bytes(shape().elements());
  }

  /**
   * Fills {@code out} with stored bytes, little-endian numbers in row-major order. Nothing is
   * checked: bytes of f32 may be NaN (see {@link Finite#firstNonFinite(java.nio.FloatBuffer)}).
   *
   * @param from index of the first byte within the tensor
   * @param out receives {@code out.remaining()} bytes
   * @throws IOException if the source cannot be read
   * @throws IndexOutOfBoundsException if the tensor has no such bytes
   */
  void readBytes(long from, ByteBuffer out) throws IOException;
}
