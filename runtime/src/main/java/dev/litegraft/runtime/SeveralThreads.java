package dev.litegraft.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The interpreters of several threads beside those of one, made after some answers. */
final class SeveralThreads {
  /** Who asks less often has no use for them. */
  private static final int ENOUGH = 3;

  private final InterpreterPool one;
  private final InterpreterPool several;
  private final ThreadChoice choice = new ThreadChoice();

  private final AtomicInteger answers = new AtomicInteger();
  private volatile boolean ready;

  SeveralThreads(InterpreterPool one, InterpreterPool several) {
    this.one = one;
    this.several = several;
  }

  InterpreterPool pool() {
    return several;
  }

  /** Answers in the way that is faster, as far as that is known. */
  RawModel.Timed<List<RawOutput>> run(TextSignature signature, FilledRow row) {
    if (!ready) {
      RawModel.Timed<List<RawOutput>> early = run(one, signature, row);
      if (answers.incrementAndGet() == ENOUGH) {
        Beside.begin("litegraft-threads", this::make);
      }
      return early;
    }
    ThreadChoice.Way way = choice.next();
    InterpreterPool pool = way == ThreadChoice.Way.ONE ? one : several;
    RawModel.Timed<List<RawOutput>> answer = run(pool, signature, row);
    choice.took(way, row.length(), answer.nanoseconds());
    return answer;
  }

  private boolean make() {
    several.fill();
    ready = true;
    return ready;
  }

  private static RawModel.Timed<List<RawOutput>> run(
      InterpreterPool pool, TextSignature signature, FilledRow row) {
    return pool.with(interpreter -> InterpreterPool.timed(interpreter, signature, row));
  }
}
