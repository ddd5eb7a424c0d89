package dev.litegraft.lab.evaluation;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * As many numbers for each of many rows: on the heap where they are few, else in a temporary file,
 * so that memory stays bounded. Rows may be put by several threads.
 */
final class NumberStore implements AutoCloseable {
  /** On the heap at most. */
  private static final long ON_HEAP = 4 << 20;

  private final int rows;
  private final int width;
  private final double @Nullable [] heap;
  private final @Nullable FileChannel file;

  NumberStore(int rows, int width) throws IOException {
    this.rows = rows;
    this.width = width;
    if ((long) rows * width <= ON_HEAP) {
      this.heap = new double[rows * width];
      this.file = null;
    } else {
      this.heap = null;
      Path path = Files.createTempFile("litegraft-answers", ".bin");
      this.file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
  }

  int rows() {
    return rows;
  }

  int width() {
    return width;
  }

  void put(int row, double[] numbers) {
    if (heap != null) {
      System.arraycopy(numbers, 0, heap, row * width, width);
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(width * Double.BYTES);
    bytes.asDoubleBuffer().put(numbers, 0, width);
    long at = place(row);
    try {
      while (bytes.hasRemaining()) {
        at += channel().write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double[] row(int row) {
    double[] numbers = new double[width];
    if (heap != null) {
      System.arraycopy(heap, row * width, numbers, 0, width);
      return numbers;
    }
    ByteBuffer bytes = ByteBuffer.allocate(width * Double.BYTES);
    long at = place(row);
    try {
      while (bytes.hasRemaining()) {
        int n = channel().read(bytes, at);
        if (n < 0) {
          throw new EOFException("row " + row + " of " + rows + " was not answered");
        }
        at += n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.flip().asDoubleBuffer().get(numbers);
    return numbers;
  }

  private long place(int row) {
    return (long) row * width * Double.BYTES;
  }

  private FileChannel channel() {
    if (file == null) {
      throw new IllegalStateException("the numbers are on the heap");
    }
    return file;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
