package dev.litegraft.serve;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of bodies that are held, from their arrival until their replies are sent. A text takes
 * several times its bytes on its way to the model, so that they are a small part of the heap.
 */
final class BodyMemory {
  private static final int PART_OF_THE_HEAP = 16;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  BodyMemory(long most) {
    this.most = most;
  }

  /** A sixteenth of the heap, and at least a body that may be sent. */
  static BodyMemory of(ServeOptions options) {
    return new BodyMemory(
        Math.max(options.maxBody(), Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP));
  }

  long most() {
    return most;
  }

  /** Whether there is room for so many bytes more; they are to be given back then. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }
}
