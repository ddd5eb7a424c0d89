package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A symmetric form of whole numbers that are chosen otherwise than by rounding each to the nearest.
 *
 * @param plain the form: int8 or int4 with a scale a row, or int4 in blocks
 * @param rounding what chooses
 */
public record RoundedMatrix(Storage plain, Rounding rounding) implements Storage {
  public RoundedMatrix {
    if (!isRoundable(plain)) {
      throw new IllegalArgumentException("no rows of whole numbers with scales: " + plain);
    }
  }

  /** Whether whole numbers of this form can be chosen. */
  public static boolean isRoundable(Storage storage) {
    return storage == SymmetricInt8.PER_CHANNEL
        || storage == SymmetricInt4.PER_CHANNEL
        || storage instanceof BlockInt4;
  }

  @Override
  public DType dtype() {
    return plain.dtype();
  }

  @Override
  public long rowBytes(int rowLength) {
    return plain.rowBytes(rowLength);
  }

  @Override
  public int scaleCount(Shape shape) {
    return plain.scaleCount(shape);
  }

  @Override
  public RowEncoder prepare(TensorData all) throws IOException {
    Rounding.Rounder rounder = rounding.prepare();
    int largest = dtype() == DType.I8 ? SymmetricInt8.LARGEST : SymmetricInt4.LARGEST;
    return (firstRow, numbers, rows, rowLength, out, scales) -> {
      float[] each = new float[rowLength];
      byte[] whole = new byte[rowLength];
      for (int row = 0; row < rows; row++) {
        int begin = row * rowLength;
        fillScales(rounder, numbers, begin, each, largest, scales);
        rounder.round(numbers, begin, rowLength, each, largest, whole);
        put(whole, out);
      }
    };
  }

  /** The scale of each number of a row; of rows with one, that is given out, too. */
  private void fillScales(
      Rounding.Rounder rounder,
      float[] numbers,
      int begin,
      float[] each,
      int largest,
      FloatBuffer scales) {
    if (plain instanceof BlockInt4 blocks) {
      for (int at = 0; at < each.length; at += blocks.size()) {
        float scale = BlockScales.scale(numbers, begin + at, blocks.size());
        Arrays.fill(each, at, at + blocks.size(), scale);
      }
    } else {
      float scale = rounder.bound(numbers, begin, each.length, largest) / largest;
      Arrays.fill(each, scale);
      scales.put(scale);
    }
  }

  private void put(byte[] whole, ByteBuffer out) {
    if (dtype() == DType.I8) {
      out.put(whole);
    } else {
      for (int i = 0; i < whole.length; i += 2) {
        out.put((byte) ((whole[i + 1] << 4) | (whole[i] & 0xf)));
      }
    }
  }
}
