package dev.litegraft.lab.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A {@link NumberStore} whose width is that of the first row that is put. */
final class LazyStore {
  private final int rows;
  private @Nullable NumberStore store;

  LazyStore(int rows) {
    this.rows = rows;
  }

  void put(int row, double[] numbers) {
    of(numbers.length).put(row, numbers);
  }

  private synchronized NumberStore of(int width) {
    if (store == null) {
      try {
        store = new NumberStore(rows, width);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return store;
  }

  synchronized NumberStore store() {
    if (store == null) {
      throw new IllegalStateException("nothing was put");
    }
    return store;
  }
}
