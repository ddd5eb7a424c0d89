package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.StoredTensor;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of a storage. Where its numbers stand one after the other, they are read from where they
 * are; else a tile of them is gathered, and kept while memory allows.
 */
final class TorchTensor extends StoredTensor {
  private final TorchStorage storage;
  private final long begin;
  private final @Nullable StridedTiles tiles;
  private final long[] strides;
  private @Nullable SoftReference<StridedTiles.Tile> last;

  /**
   * @param offset of the first element in the storage, in elements; all elements are in it
   * @param swapped whether the file has the first byte of a number last
   */
  TorchTensor(
      String name,
      DType dtype,
      Shape shape,
      TorchStorage storage,
      long offset,
      long[] strides,
      boolean swapped) {
    super(storage.file(), name, dtype, shape);
    this.storage = storage;
    this.begin = storage.begin() + dtype.bytes(offset);
    this.strides = strides.clone();
    boolean plain = isContiguous(shape, strides) && !(swapped && dtype.bits() > Byte.SIZE);
    this.tiles =
        plain ? null : new StridedTiles(shape.dims(), strides, dtype.bits() / Byte.SIZE, swapped);
  }

  private static boolean isContiguous(Shape shape, long[] strides) {
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      if (shape.dim(i) != 1 && strides[i] != expected) {
        return shape.elements() == 0;
      }
      expected *= shape.dim(i);
    }
    return true;
  }

  @Override
  protected long position(long element) {
    long rest = element;
    long at = 0;
    for (int i = strides.length - 1; i >= 0 && element > 0; i--) {
      at += rest % shape().dim(i) * strides[i];
      rest /= shape().dim(i);
    }
    return begin + dtype().bytes(at);
  }

  @Override
  public void readBytes(long from, ByteBuffer out) throws IOException {
    Objects.checkFromIndexSize(from, out.remaining(), byteCount());
    storage.requireWhole();
    StridedTiles gathering = tiles;
    if (gathering == null) {
      fill(out, begin + from);
      return;
    }
    long at = from;
    while (out.hasRemaining()) {
      StridedTiles.Tile tile = tile(gathering, at);
      int within = (int) (at - tile.from());
      int n = Math.min(out.remaining(), tile.bytes().length - within);
      out.put(tile.bytes(), within, n);
      at += n;
    }
  }

  private StridedTiles.Tile tile(StridedTiles gathering, long at) throws IOException {
    StridedTiles.Tile known = last();
    if (known != null && known.holds(at)) {
      return known;
    }
    StridedTiles.Tile tile =
        gathering.gather(at, (bytes, position) -> fill(bytes, begin + position));
    keep(tile);
    return tile;
  }

  private synchronized StridedTiles.@Nullable Tile last() {
    return last == null ? null : last.get();
  }

  private synchronized void keep(StridedTiles.Tile tile) {
    last = new SoftReference<>(tile);
  }
}
