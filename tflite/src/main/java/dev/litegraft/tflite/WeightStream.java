package dev.litegraft.tflite;

import dev.litegraft.graph.RowEncoder;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Streams weights to their places, block after block of rows, by several threads: while one reads,
 * another encodes or writes. No thread holds more than a block.
 *
 * <p>A thread takes a weight of its own as long as there are any, and then helps with one that
 * another has begun. The blocks of a weight are read one after the other, so that who hashes what
 * is read need not read it once more.
 *
 * <p>The threads are this object's own: interrupting the caller stops them, and does not close the
 * files that they read.
 */
final class WeightStream {
  /** Numbers of a block, unless one row has more. */
  private static final int BLOCK = 1 << 18;

  private static final int PROGRESS_MILLISECONDS = 50;

  /** Some rows of a weight; blocks of all weights are counted in the order of the weights. */
  private record Block(Source source, int index, long firstRow, int rows) {
    Weight weight() {
      return source.weight;
    }

    int count() {
      return Math.multiplyExact(rows, weight().rowLength());
    }
  }

  /** A weight with what encodes it, from its first block until its last one. */
  private static final class Source {
    private final Weight weight;
    private final int firstBlock;
    private final int rows;
    private final int blocks;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile int read;
    private int written;
    private @Nullable RowEncoder encoder;

    Source(Weight weight, int firstBlock) {
      this.weight = weight;
      this.firstBlock = firstBlock;
      this.rows = Math.max(1, BLOCK / weight.rowLength());
      this.blocks = Math.toIntExact((weight.rows() + rows - 1) / rows);
    }

    /** The block that is read next; to be asked by one thread at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // The lock is held; others only look.
    Block next() {
      long row = (long) read * rows;
      int index = firstBlock + read;
      read++;
      return new Block(this, index, row, (int) Math.min(rows, weight.rows() - row));
    }

    int unread() {
      return blocks - read;
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
      written++;
      if (written == blocks) {
        encoder = null;
      }
    }
  }

  /** What a thread has of its own. */
  private static final class Room {
    private float[] numbers = new float[0];
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    void fit(Block block) {
      int size = Math.toIntExact(block.weight().rowBytes() * block.rows()) + Integer.BYTES;
      if (numbers.length < block.count() && block.weight().asStored().isEmpty()) {
        numbers = new float[block.count()];
      }
      if (bytes.capacity() < size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
      }
      bytes.clear();
    }
  }

  private final FileChannel channel;
  private final ByteBuffer small;
  private final List<Source> sources = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final long total;
  private int begun;
  private volatile boolean stopped;

  private volatile int failedBlock = Integer.MAX_VALUE;
  private @Nullable Throwable failure;

  WeightStream(FileChannel channel, ByteBuffer small, List<Weight> weights) {
    this.channel = channel;
    this.small = small;
    this.total = weights.stream().mapToLong(Weight::bytes).sum();
    int blocks = 0;
    for (Weight weight : weights) {
      Source source = new Source(weight, blocks);
      blocks = Math.addExact(blocks, source.blocks);
      if (source.blocks > 0) {
        sources.add(source);
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
    int blocks = sources.stream().mapToInt(source -> source.blocks).sum();
    CountDownLatch running = new CountDownLatch(Math.min(threads, blocks));
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
      stopped = true;
      awaitUninterruptibly(running);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted after " + written.get() + " bytes of weights");
    } catch (Throwable e) {
      stopped = true;
      awaitUninterruptibly(running);
      throw e;
    }
    rethrow();
    progress.written(written.get(), total);
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
    Room room = new Room();
    for (Source source = take(); source != null; source = take()) {
      while (step(source, room)) {
        // Block after block.
      }
    }
  }

  /** The next weight that nobody has begun, else the one of which the most is unread. */
  private synchronized @Nullable Source take() {
    if (stopped || failure != null) {
      return null; // What comes before a failure has been begun, and is done by who began it.
    }
    if (begun < sources.size()) {
      return sources.get(begun++);
    }
    Source most = null;
    for (Source source : sources) {
      if (source.unread() > 0 && (most == null || source.unread() > most.unread())) {
        most = source;
      }
    }
    return most;
  }

  /** Reads, encodes and writes the next block of a weight; false if there is none. */
  private boolean step(Source source, Room room) {
    Block block;
    source.reading.lock();
    try {
      if (source.unread() == 0 || stopped || source.firstBlock + source.read > failedBlock) {
        return false;
      }
      block = source.next();
      try {
        read(block, room);
      } catch (Throwable e) {
        fail(block.index(), e);
        return false;
      }
    } finally {
      source.reading.unlock();
    }
    try {
      write(block, room);
      return true;
    } catch (Throwable e) {
      fail(block.index(), e);
      return false;
    }
  }

  /** As numbers, or if the file has the source's bytes as these. */
  private static void read(Block block, Room room) throws IOException {
    Weight weight = block.weight();
    room.fit(block);
    if (block.firstRow() == 0 && weight.prefixed()) {
      room.bytes.putInt((int) weight.bytes());
    }
    long first = block.firstRow() * weight.rowLength();
    if (weight.asStored().isPresent()) {
      int begin = room.bytes.position();
      room.bytes.limit(begin + block.count() * Float.BYTES);
      weight.asStored().get().readBytes(first * Float.BYTES, room.bytes);
    } else {
      weight.value().data().read(first, room.numbers, 0, block.count());
    }
  }

  private void write(Block block, Room room) throws IOException {
    Weight weight = block.weight();
    long first = block.firstRow() * weight.rowLength();
    long position = weight.position() + block.firstRow() * weight.rowBytes();
    ByteBuffer bytes = room.bytes;
    int prefix = block.firstRow() == 0 && weight.prefixed() ? Integer.BYTES : 0;
    if (weight.asStored().isPresent()) {
      NonFinite.check(
          bytes
              .slice(prefix, bytes.position() - prefix)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer(),
          first,
          weight.value());
    } else {
      NonFinite.check(room.numbers, block.count(), first, weight.value());
      RowEncoder encoder = block.source().encoder();
      encoder.encode(
          block.firstRow(), room.numbers, block.rows(), weight.rowLength(), bytes, scales(block));
    }
    block.source().done();
    bytes.flip();
    position -= prefix;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    written.addAndGet(weight.rowBytes() * block.rows());
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
