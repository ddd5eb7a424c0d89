package dev.litegraft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;

/**
 * Asks again where the network failed or the server wants patience: a few times, a little later
 * each time, and as long as bytes come.
 *
 * @param pause how one waits
 * @param faults what is said in the end
 */
record Retries(Pause pause, HubFaults faults) {
  /** So often in a row without a byte. */
  private static final int MOST_IN_VAIN = 5;

  /** So often in all: a connection that breaks every few kilobytes is none. */
  private static final int MOST = 200;

  /** A server that cannot be reached at all is asked so often. */
  private static final int MOST_CONNECTING = 2;

  private static final Duration MOST_WAITING = Duration.ofMinutes(5);
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final int MOST_DOUBLINGS = 4;

  /** Something that may be tried again. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /**
   * Tries.
   *
   * @param progress how many bytes are there
   * @throws HubException if it fails for good
   * @throws IOException if something on this machine fails
   */
  <T> T of(URI where, LongSupplier progress, Attempt<T> attempt) throws IOException {
    int inVain = 0;
    Duration waited = Duration.ZERO;
    for (int tries = 1; ; tries++) {
      long before = progress.getAsLong();
      IOException failure;
      try {
        return attempt.run();
      } catch (LocalFailure e) {
        throw e.failure();
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failure = e;
      } catch (IOException e) {
        failure = e;
      }
      inVain = progress.getAsLong() > before ? 1 : inVain + 1;
      Duration wait = FIRST.multipliedBy(1L << Math.min(inVain - 1, MOST_DOUBLINGS));
      if (failure instanceof LaterException later && later.pause().compareTo(wait) > 0) {
        wait = later.pause();
      }
      waited = waited.plus(wait);
      int most =
          failure instanceof SSLException
              ? 1
              : failure instanceof ConnectException ? MOST_CONNECTING : MOST_IN_VAIN;
      if (inVain >= most || tries >= MOST || waited.compareTo(MOST_WAITING) > 0) {
        throw faults.unreachable(failure, where);
      }
      try {
        pause.of(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the download was interrupted");
      }
    }
  }
}
