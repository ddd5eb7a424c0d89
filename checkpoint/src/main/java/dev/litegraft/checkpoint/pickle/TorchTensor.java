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
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A view of a storage. Where its numbers stand one after the other, they are read from where they
 * are; else a tile of them is gathered, and kept while memory allows, until those of others are.
 */
final class TorchTensor extends StoredTensor {
  /** The largest matrices of BERT's base size are read once. */
  private static final int TILE_BYTES = 10 << 20;

  /**
   * Some of the tensor's bytes, one after the other.
   *
   * @param from the tile's first byte within the tensor
   */
  private record Tile(long from, int length, StridedView.Turned elements) {
    boolean holds(long at) {
      return at >= from && at - from < length;
    }
  }

  private final TorchStorage storage;
  private final long begin;
  private final Recent recent;
  private final @Nullable StridedView view;
  private final long[] strides;
  private final Deque<SoftReference<Tile>> tiles = new ArrayDeque<>(2);
  private final ReentrantLock gathered = new ReentrantLock();

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
  protected void stored(long from, ByteBuffer out) throws IOException {
    Objects.checkFromIndexSize(from, out.remaining(), byteCount());
    storage.requireWhole();
    StridedView gathering = view;
    if (gathering == null) {
      fill(out, begin + from);
      return;
    }
    gathered.lock();
    try {
      give(gathering, from, out);
    } finally {
      gathered.unlock();
    }
  }

  /** Who asks while another thread gathers the same tile waits for it. */
  private void give(StridedView gathering, long from, ByteBuffer out) throws IOException {
    long at = from;
    while (out.hasRemaining()) {
      Tile tile = tile(gathering, at);
      int n = (int) Math.min(out.remaining(), tile.from() + tile.length() - at);
      tile.elements().give((int) (at - tile.from()), n, out);
      at += n;
    }
  }

  /**
   * Two are kept: threads that read block after block are on both sides of a tile's end.
   *
   * @throws IOException if the file cannot be read
   */
  private Tile tile(StridedView gathering, long at) throws IOException {
    for (SoftReference<Tile> each : tiles) {
      Tile known = each.get();
      if (known != null && known.holds(at)) {
        return known;
      }
    }
    int width = dtype().bits() / Byte.SIZE;
    long size = (long) gathering.some(TILE_BYTES / width) * width;
    long from = at - at % size;
    int length = (int) Math.min(size, byteCount() - from);
    if (tiles.size() == 2) {
      recent.free(tiles.removeFirst());
    }
    StridedView.Turned place =
        recent.place(gathering, length / width).orElseGet(() -> gathering.place(length / width));
    gathering.gather(
        from / width, length / width, place, (part, position) -> fill(part, begin + position));
    Tile tile = new Tile(from, length, place);
    tiles.addLast(new SoftReference<>(tile));
    recent.used(this);
    return tile;
  }

  /** Forgets what was gathered, unless it is being read. */
  private void letGo() {
    if (gathered.tryLock()) {
      try {
        tiles.forEach(recent::free);
        tiles.clear();
      } finally {
        gathered.unlock();
      }
    }
  }

  /** The tensors of a file that were gathered last: only theirs is kept. */
  static final class Recent {
    /** Each of as many threads may read a tensor of its own, block after block. */
    private static final int MOST = 2 + Runtime.getRuntime().availableProcessors();

    private final Deque<TorchTensor> tensors = new ArrayDeque<>();
    private final Deque<StridedView.Turned> free = new ArrayDeque<>();

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

    private synchronized void free(SoftReference<Tile> kept) {
      Tile tile = kept.get();
      if (tile != null && free.isEmpty()) {
        free.addLast(tile.elements());
      }
    }

    /** One that is not much too large. */
    private synchronized Optional<StridedView.Turned> place(StridedView view, int count) {
      Optional<StridedView.Turned> fits =
          free.stream()
              .filter(each -> view.takes(each))
              .filter(each -> each.capacity() >= count && each.capacity() / 2 <= count)
              .findFirst();
      fits.ifPresent(free::remove);
      return fits;
    }
  }
}
