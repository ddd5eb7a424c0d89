package dev.litegraft.tflite;

import dev.litegraft.graph.RowEncoder;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Streams weights to their places, block after block of rows, by several threads. No thread holds
 * more than a block.
 *
 * <p>The threads are this object's own: interrupting the caller stops them, and does not close the
 * files that they read.
 */
final class WeightStream {
  /** Numbers of a block, unless one row has more. */
  private static final int BLOCK = 1 << 18;

  private static final int PROGRESS_MILLISECONDS = 50;

  /** Some rows of a weight. */
  private record Block(Source source, long firstRow, int rows) {
    Weight weight() {
      return source.weight;
    }
  }

  /** A weight with what encodes it, from its first block until its last one. */
  private static final class Source {
    private final Weight weight;
    private int left;
    private @Nullable RowEncoder encoder;

    Source(Weight weight, long blocks) {
      this.weight = weight;
      this.left = Math.toIntExact(blocks);
    }

    /** Prepared by the thread that comes first; the others wait. */
    synchronized RowEncoder encoder() throws IOException {
      if (encoder == null) {
        encoder = weight.value().storage().prepare(weight.value().data());
      }
      return encoder;
    }

    /** Lets go of what was prepared when no block is left. */
    synchronized void done() {
      left--;
      if (left == 0) {
        encoder = null;
      }
    }
  }

  private final FileChannel channel;
  private final ByteBuffer small;
  private final List<Block> blocks = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong written = new AtomicLong();
  private final long total;

  private int failedBlock = Integer.MAX_VALUE;
  private @Nullable Throwable failure;

  WeightStream(FileChannel channel, ByteBuffer small, List<Weight> weights) {
    this.channel = channel;
    this.small = small;
    this.total = weights.stream().mapToLong(Weight::bytes).sum();
    for (Weight weight : weights) {
      int rows = Math.max(1, BLOCK / weight.rowLength());
      Source source = new Source(weight, (weight.rows() + rows - 1) / rows);
      for (long row = 0; row < weight.rows(); row += rows) {
        blocks.add(new Block(source, row, (int) Math.min(rows, weight.rows() - row)));
      }
    }
  }

  /**
   * Writes all weights, and their scales into the small part.
   *
   * @throws IOException if a weight cannot be read or written; {@link InterruptedIOException} if
   *     the thread is interrupted
   */
  void run(int threads, Progress progress) throws IOException {
    CountDownLatch running = new CountDownLatch(Math.min(threads, blocks.size()));
    for (long i = running.getCount(); i > 0; i--) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work();
                } finally {
                  running.countDown();
                }
              },
              "litegraft-weights-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    try {
      while (!running.await(PROGRESS_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        progress.written(written.get(), total);
      }
    } catch (InterruptedException e) {
      stop();
      awaitUninterruptibly(running);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted after " + written.get() + " bytes of weights");
    } catch (Throwable e) {
      stop();
      awaitUninterruptibly(running);
      throw e;
    }
    rethrow();
    progress.written(written.get(), total);
  }

  private void stop() {
    next.set(Integer.MAX_VALUE / 2);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    float[] numbers = new float[0];
    ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    int index = next.getAndIncrement();
    while (index < blocks.size()) {
      try {
        Block block = blocks.get(index);
        int count = Math.multiplyExact(block.rows(), block.weight().rowLength());
        int size = Math.toIntExact(block.weight().rowBytes() * block.rows()) + Integer.BYTES;
        if (numbers.length < count && block.weight().asStored().isEmpty()) {
          numbers = new float[count];
        }
        if (bytes.capacity() < size) {
          bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        write(block, count, numbers, bytes);
      } catch (Throwable e) {
        fail(index, e);
      }
      index = next.getAndIncrement();
    }
  }

  private void write(Block block, int count, float[] numbers, ByteBuffer bytes) throws IOException {
    Weight weight = block.weight();
    long first = block.firstRow() * weight.rowLength();
    long position = weight.position() + block.firstRow() * weight.rowBytes();
    bytes.clear();
    if (block.firstRow() == 0 && weight.prefixed()) {
      bytes.putInt((int) weight.bytes());
      position -= Integer.BYTES;
    }
    if (weight.asStored().isPresent()) {
      copy(weight.asStored().get(), weight, first, count, bytes);
    } else {
      weight.value().data().read(first, numbers, 0, count);
      NonFinite.check(numbers, count, first, weight.value());
      block
          .source()
          .encoder()
          .encode(
              block.firstRow(), numbers, block.rows(), weight.rowLength(), bytes, scales(block));
      block.source().done();
    }
    bytes.flip();
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    written.addAndGet(weight.rowBytes() * block.rows());
  }

  /** Copies numbers that are in the source what they are in the file: f32. */
  private static void copy(
      RawTensorData source, Weight weight, long first, int count, ByteBuffer bytes)
      throws IOException {
    int begin = bytes.position();
    int size = count * Float.BYTES;
    source.readBytes(first * Float.BYTES, bytes.limit(begin + size));
    NonFinite.check(
        bytes.slice(begin, size).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
        first,
        weight.value());
  }

  private FloatBuffer scales(Block block) {
    Weight weight = block.weight();
    if (weight.scales() < 0) {
      return FloatBuffer.allocate(0);
    }
    boolean oneForAll = weight.value().storage().scaleCount(weight.value().shape()) == 1;
    long first = oneForAll ? 0 : block.firstRow();
    int begin = Math.toIntExact(weight.scales() + first * Float.BYTES);
    return small
        .slice(begin, (oneForAll ? 1 : block.rows()) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** Keeps the failure of the earliest block, so that the same input gives the same message. */
  private synchronized void fail(int index, Throwable e) {
    stop();
    if (index < failedBlock) {
      failedBlock = index;
      failure = e;
    }
  }

  private synchronized void rethrow() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
