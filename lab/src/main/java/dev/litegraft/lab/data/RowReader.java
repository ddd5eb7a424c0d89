package dev.litegraft.lab.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows, one after the other. */
public interface RowReader extends AutoCloseable {
  /**
   * The next row; null after the last.
   *
   * @throws dev.litegraft.error.InvalidInputException if it cannot be read; names its line
   */
  @Nullable DataRow next() throws IOException;

  @Override
  void close() throws IOException;
}
