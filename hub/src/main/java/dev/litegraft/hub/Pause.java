package dev.litegraft.hub;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How one waits before asking again; tests do not. */
@FunctionalInterface
interface Pause {
  /** Really waits; nothing but an interruption ends it sooner. */
  Pause REAL =
      time -> {
        boolean ended = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
        assert !ended;
      };

  /** Waits so long. */
  void of(Duration time) throws InterruptedException;
}
