package dev.litegraft.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gathers the elements of a strided view in row-major order, a tile at a time: some indices of one
 * dimension and all of those within it.
 */
final class StridedTiles {
  private static final int TILE_BYTES = 4 << 20;

  /** What lies between a tile's first and last element is read at once up to here. */
  private static final int SPAN_BYTES = 16 << 20;

  /**
   * Some of the tensor's bytes, one after the other.
   *
   * @param from the tile's first byte within the tensor
   */
  record Tile(long from, byte[] bytes) {
    boolean holds(long at) {
      return at >= from && at - from < bytes.length;
    }
  }

  /** Reads a storage. */
  @FunctionalInterface
  interface Source {
    /**
     * Fills a buffer.
     *
     * @param position bytes behind the tensor's first element
     */
    void read(ByteBuffer out, long position) throws IOException;
  }

  private final int[] dims;
  private final long[] strides;
  private final int width;
  private final boolean swapped;

  /** The dimension of which a tile has some indices, and how many. */
  private final int split;

  private final int some;

  /** Elements of one index of {@link #split}. */
  private final long inner;

  /**
   * A view.
   *
   * @param width bytes of an element
   * @param swapped whether the bytes of each element are turned round
   */
  StridedTiles(int[] dims, long[] strides, int width, boolean swapped) {
    this.dims = dims.clone();
    this.strides = strides.clone();
    this.width = width;
    this.swapped = swapped;
    long within = 1;
    int at = dims.length - 1;
    while (at > 0 && within * dims[at] * width <= TILE_BYTES) {
      within *= dims[at];
      at--;
    }
    this.split = Math.max(at, 0);
    this.inner = within;
    int count = dims.length == 0 ? 1 : dims[split];
    this.some = (int) Math.max(1, Math.min(count, TILE_BYTES / (within * width)));
  }

  /** The tile that has the byte {@code at} of the tensor. */
  Tile gather(long at, Source source) throws IOException {
    long element = at / width;
    long row = element / inner;
    int count = dims.length == 0 ? 1 : dims[split];
    int index = (int) (row % count);
    int first = index - index % some;
    long start = start(row / count) + (dims.length == 0 ? 0 : first * strides[split]);
    int taken = Math.min(some, count - first);
    byte[] bytes = new byte[Math.toIntExact(taken * inner * width)];
    gather(start, tileDims(taken), bytes, source);
    if (swapped) {
      swap(bytes);
    }
    return new Tile((row - index + first) * inner * width, bytes);
  }

  /** Where the indices of the dimensions before {@link #split} lead, in elements. */
  private long start(long outer) {
    long rest = outer;
    long start = 0;
    for (int i = split - 1; i >= 0; i--) {
      start += rest % dims[i] * strides[i];
      rest /= dims[i];
    }
    return start;
  }

  /** A tile's own dimensions: {@link #split} and those within. */
  private int[] tileDims(int taken) {
    if (dims.length == 0) {
      return new int[0];
    }
    int[] own = new int[dims.length - split];
    System.arraycopy(dims, split, own, 0, own.length);
    own[0] = taken;
    return own;
  }

  private void gather(long start, int[] own, byte[] out, Source source) throws IOException {
    long span = 1;
    for (int i = 0; i < own.length; i++) {
      span += (own[i] - 1) * strides[split + i];
    }
    if (span * width <= SPAN_BYTES) {
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(span * width));
      source.read(all, start * width);
      copy(all.array(), own, out);
      return;
    }
    gatherRuns(start, own, out, source);
  }

  private void copy(byte[] span, int[] own, byte[] out) {
    int last = own.length - 1;
    int count = last < 0 ? 1 : own[last];
    long step = last < 0 ? 1 : strides[split + last];
    int[] index = new int[own.length];
    int target = 0;
    do {
      long position = 0;
      for (int i = 0; i < last; i++) {
        position += index[i] * strides[split + i];
      }
      for (int k = 0; k < count; k++) {
        int from = (int) (position + k * step) * width;
        System.arraycopy(span, from, out, target, width);
        target += width;
      }
    } while (next(index, own, last));
  }

  /** Reads along the dimension whose elements are nearest to each other. */
  private void gatherRuns(long start, int[] own, byte[] out, Source source) throws IOException {
    int along = 0;
    for (int i = 1; i < own.length; i++) {
      if (own[i] > 1 && (own[along] == 1 || strides[split + i] < strides[split + along])) {
        along = i;
      }
    }
    long step = strides[split + along];
    long span = (own[along] - 1) * step + 1;
    boolean atOnce = span * width <= SPAN_BYTES;
    ByteBuffer run = ByteBuffer.allocate(atOnce ? Math.toIntExact(span * width) : width);
    int apart = 1;
    for (int i = along + 1; i < own.length; i++) {
      apart *= own[i];
    }
    int[] index = new int[own.length];
    do {
      long position = start;
      int target = 0;
      for (int i = 0; i < own.length; i++) {
        position += index[i] * strides[split + i];
        target = target * own[i] + index[i];
      }
      if (atOnce) {
        source.read(run.clear(), position * width);
      }
      for (int k = 0; k < own[along]; k++) {
        if (!atOnce) {
          source.read(run.clear(), (position + k * step) * width);
        }
        int from = atOnce ? Math.toIntExact(k * step * width) : 0;
        System.arraycopy(run.array(), from, out, (target + k * apart) * width, width);
      }
    } while (next(index, own, along));
  }

  /** The next index, of which {@code along} stays 0; false behind the last. */
  private static boolean next(int[] index, int[] own, int along) {
    for (int i = own.length - 1; i >= 0; i--) {
      if (i != along) {
        if (++index[i] < own[i]) {
          return true;
        }
        index[i] = 0;
      }
    }
    return false;
  }

  private void swap(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte kept = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = kept;
      }
    }
  }
}
