package dev.litegraft.runtime;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A tokenizer that is being made on a thread of its own: the first who opens it waits for that. */
final class BegunTokenizer implements ModelKnowledge.Opening {
  private final ModelKnowledge.Opening opening;
  private final AtomicReference<@Nullable Beside<Tokenizer>> first;

  private BegunTokenizer(ModelKnowledge.Opening opening) {
    this.opening = opening;
    this.first = new AtomicReference<>(Beside.begin("litegraft-tokenizer", opening::open));
  }

  static ModelKnowledge.Opening begin(ModelKnowledge.Opening opening) {
    return new BegunTokenizer(opening);
  }

  @Override
  public Tokenizer open() throws IOException {
    Beside<Tokenizer> begun = first.getAndSet(null);
    // A tokenizer is closed by whoever opened it, so that nobody else may have it.
    return begun == null ? opening.open() : begun.result();
  }
}
