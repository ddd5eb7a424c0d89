package dev.litegraft.serve;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests that are being answered. */
final class InFlight {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private int count;
  private boolean stopping;

  /** Whether a request may be answered; one that may {@link #leave}s. */
  boolean enter() {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      count++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      if (--count == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets no more in, and waits for those that are in; an interrupt ends the waiting. */
  void stop(Duration most) {
    long left = most.toNanos();
    lock.lock();
    try {
      stopping = true;
      while (count > 0 && left > 0) {
        left = none.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
