package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tensor.BFloat16;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A constant of an untrusted file: its bytes as they are, its numbers with quantization undone. */
final class StoredConstant implements RawTensorData {
  private static final int CHUNK = 1 << 14;

  private final ByteSource source;
  private final String where;
  private final long position;
  private final String name;
  private final Shape shape;
  private final DType dtype;
  private final Scales scales;

  private StoredConstant(
      ByteSource source,
      String where,
      long position,
      String name,
      Shape shape,
      DType dtype,
      Scales scales) {
    this.source = source;
    this.where = where;
    this.position = position;
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
    this.scales = scales;
  }

  static StoredConstant open(
      ByteSource source, String where, TfliteModel model, TfliteModel.Tensor tensor)
      throws IOException {
    TfliteModel.Buffer buffer = model.buffers().get(tensor.buffer());
    DType dtype =
        tensor
            .type()
            .dtype()
            .orElseThrow(() -> fault(tensor, "has no numbers that can be read", where));
    Shape shape = Shape.of(tensor.shape().stream().mapToInt(i -> i).toArray());
    if (buffer.bytes() == 0 || buffer.bytes() != bytes(shape, dtype, tensor, where)) {
      throw fault(
          tensor,
          buffer.bytes() == 0
              ? "is no constant"
              : "has " + buffer.bytes() + " bytes, which is not what its shape needs",
          where);
    }
    Scales scales = Scales.open(source, where, model, tensor);
    return new StoredConstant(
        source, where, buffer.position(), tensor.name(), shape, dtype, scales);
  }

  private static long bytes(Shape shape, DType dtype, TfliteModel.Tensor tensor, String where) {
    try {
      return dtype.bytes(shape.elements());
    } catch (ArithmeticException e) {
      InvalidFileException fault = fault(tensor, "has more numbers than can be counted", where);
      fault.initCause(e);
      throw fault;
    }
  }

  static InvalidFileException fault(TfliteModel.Tensor tensor, String what, String where) {
    return new InvalidFileException(
        "the tensor " + what,
        where + ", tensor " + tensor,
        "the file is damaged, or made by a program that Litegraft does not know");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public void readBytes(long from, ByteBuffer out) throws IOException {
    if (from < 0 || from > byteCount() - out.remaining()) {
      throw new IndexOutOfBoundsException(
          name + " has " + byteCount() + " bytes, not " + (from + out.remaining()));
    }
    FileWindow.read(source, position + from, out, where);
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    java.util.Objects.checkFromIndexSize(at, count, out.length);
    java.util.Objects.checkFromIndexSize(from, count, shape.elements());
    int done = 0;
    while (done < count) {
      int n = Math.min(CHUNK, count - done);
      decode(from + done, out, at + done, n);
      done += n;
    }
  }

  private void decode(long from, float[] out, int at, int count) throws IOException {
    long firstByte = from * dtype.bits() / Byte.SIZE;
    int bytes = (int) (dtype.bytes(from + count) - firstByte);
    ByteBuffer in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    readBytes(firstByte, in);
    in.flip();
    for (int i = 0; i < count; i++) {
      out[at + i] = scales.undo(number(in, from, i), from + i);
    }
  }

  private float number(ByteBuffer in, long from, int i) {
    return switch (dtype) {
      case F32 -> in.getFloat(i * 4);
      case F64 -> (float) in.getDouble(i * 8);
      case F16 -> Float16.toFloat(in.getShort(i * 2));
      case BF16 -> BFloat16.toFloat(in.getShort(i * 2));
      case I64 -> in.getLong(i * 8);
      case I32 -> in.getInt(i * 4);
      case I16 -> in.getShort(i * 2);
      case I8 -> in.get(i);
      case U8 -> in.get(i) & 0xff;
      case BOOL -> in.get(i) == 0 ? 0 : 1;
      case I4 -> {
        // The first number of a byte is in its low half; the shifts keep the sign.
        int index = (int) (from % 2) + i;
        int pair = in.get(index / 2);
        yield index % 2 == 0 ? (byte) (pair << 4) >> 4 : pair >> 4;
      }
    };
  }
}
