package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.StoredTensor;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of a storage. Where its numbers stand one after the other, they are read from where they
 * are; else a tile of them is gathered, and kept while others are not and memory allows.
 */
final class TorchTensor extends StoredTensor {
  private static final int TILE_BYTES = 4 << 20;

  /**
   * Some of the tensor's bytes, one after the other.
   *
   * @param from the tile's first byte within the tensor
   */
  private record Tile(long from, byte[] bytes) {
    boolean holds(long at) {
      return at >= from && at - from < bytes.length;
    }
  }

  private final TorchStorage storage;
  private final long begin;
  private final Recent recent;
  private final @Nullable StridedView view;
  private final long[] strides;
  private final Deque<SoftReference<Tile>> kept = new ArrayDeque<>(2);

  /**
   * @param offset of the first element in the storage, in elements; all elements are in it
   * @param swapped whether the file has the first byte of a number last
   * @param recent the file's
   */
  TorchTensor(
      String name,
      DType dtype,
      Shape shape,
      TorchStorage storage,
      long offset,
      long[] strides,
      boolean swapped,
      Recent recent) {
    super(storage.file(), name, dtype, shape);
    this.storage = storage;
    this.begin = storage.begin() + dtype.bytes(offset);
    this.strides = strides.clone();
    this.recent = recent;
    boolean plain = isContiguous(shape, strides) && !(swapped && dtype.bits() > Byte.SIZE);
    this.view =
        plain ? null : new StridedView(shape.dims(), strides, dtype.bits() / Byte.SIZE, swapped);
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
    StridedView gathering = view;
    if (gathering == null) {
      fill(out, begin + from);
      return;
    }
    long at = from;
    while (out.hasRemaining()) {
      Tile tile = tile(gathering, at);
      int within = (int) (at - tile.from());
      int n = Math.min(out.remaining(), tile.bytes().length - within);
      out.put(tile.bytes(), within, n);
      at += n;
    }
  }

  /**
   * Who asks while another thread gathers the same tile waits for it. Two are kept: threads that
   * read block after block are on both sides of a tile's end.
   */
  private synchronized Tile tile(StridedView gathering, long at) throws IOException {
    for (SoftReference<Tile> each : kept) {
      Tile known = each.get();
      if (known != null && known.holds(at)) {
        return known;
      }
    }
    int width = dtype().bits() / Byte.SIZE;
    long size = (long) gathering.some(TILE_BYTES / width) * width;
    long from = at - at % size;
    byte[] bytes = new byte[(int) Math.min(size, byteCount() - from)];
    gathering.gather(
        from / width, bytes.length / width, bytes, (part, place) -> fill(part, begin + place));
    Tile tile = new Tile(from, bytes);
    if (kept.size() == 2) {
      kept.removeFirst();
    }
    kept.addLast(new SoftReference<>(tile));
    recent.used(this);
    return tile;
  }

  /** Forgets what was gathered. */
  private synchronized void letGo() {
    kept.clear();
  }

  /** The tensors of a file that were gathered last: only theirs is kept. */
  static final class Recent {
    private static final int MOST = Runtime.getRuntime().availableProcessors() + 2;

    private final Deque<TorchTensor> tensors = new ArrayDeque<>();

    private void used(TorchTensor tensor) {
      TorchTensor oldest = null;
      synchronized (this) {
        tensors.remove(tensor);
        tensors.addLast(tensor);
        oldest = tensors.size() > MOST ? tensors.removeFirst() : null;
      }
      if (oldest != null) {
        oldest.letGo();
      }
    }
  }
}
