package dev.litegraft.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The interpreters of several threads beside those of one, made after the first answer. */
final class SeveralThreads {
  private final InterpreterPool one;
  private final InterpreterPool several;
  private final ThreadChoice choice = new ThreadChoice();
  private final AtomicBoolean begun = new AtomicBoolean();
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
      RawModel.Timed<List<RawOutput>> first = run(one, signature, row);
      if (begun.compareAndSet(false, true)) {
        Beside.begin("litegraft-threads", this::make);
      }
      return first;
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
