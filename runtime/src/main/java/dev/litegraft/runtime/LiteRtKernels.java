package dev.litegraft.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kernels of LiteRT, as the native library of this machine has them. */
final class LiteRtKernels implements Kernels {
  private final List<TextSignature> signatures;
  private final List<String> outside;
  private final InterpreterPool pool;
  private final @Nullable SeveralThreads several;
  private final Lanes lanes;

  private LiteRtKernels(
      List<TextSignature> signatures,
      List<String> outside,
      InterpreterPool pool,
      @Nullable SeveralThreads several,
      Lanes lanes) {
    this.signatures = signatures;
    this.outside = outside;
    this.pool = pool;
    this.several = several;
    this.lanes = lanes;
  }

  /** Prepares the first interpreter of a model, which is closed with this, or if this fails. */
  static LiteRtKernels of(LiteRtModel model, RuntimeOptions options) {
    LiteRtInterpreter interpreter = null;
    try {
      boolean measured = options.measured() && options.threads() > 1 && model.sharesWeights();
      int first = measured ? 1 : options.threads();
      interpreter = LiteRtInterpreter.of(model, first);
      List<TextSignature> signatures = interpreter.signatures();
      List<String> outside = interpreter.outsideFastKernels(signatures.get(0));
      Optional<String> note = RawModel.slowNote(outside);
      note.ifPresent(text -> Log.MODELS.warn("{}: {}", model.where(), text));
      InterpreterPool pool = InterpreterPool.of(model, interpreter, first, options.interpreters());
      SeveralThreads several =
          measured && model.hasPackedWeights()
              ? new SeveralThreads(pool, pool.inPlace(options.threads()))
              : null;
      int threads = options.threads() * options.interpreters();
      Lanes lanes =
          new Lanes(
              several == null ? pool : several.pool(),
              threads,
              () -> InterpreterPool.beside(model, 1, threads));
      return new LiteRtKernels(signatures, outside, pool, several, lanes);
    } catch (RuntimeException e) {
      if (interpreter != null) {
        interpreter.close();
      }
      model.close();
      throw LiteRt.explained(e, model.where());
    }
  }

  @Override
  public List<TextSignature> signatures() {
    return signatures;
  }

  @Override
  public List<String> outside() {
    return outside;
  }

  @Override
  public RawModel.Timed<List<RawOutput>> run(TextSignature signature, FilledRow row) {
    return several == null
        ? pool.with(interpreter -> InterpreterPool.timed(interpreter, signature, row))
        : several.run(signature, row);
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public List<RawOutput> values(TextSignature signature, FilledRow row, Set<String> names) {
    return pool.with(
        lent -> {
          try (LiteRtInterpreter interpreter = LiteRtInterpreter.keepingValues(lent.model(), 1)) {
            interpreter.run(signature, row);
            return interpreter.values(signature, names);
          }
        });
  }

  @Override
  public List<RawOutput> runOfBuiltIn(TextSignature signature, FilledRow row) {
    return pool.with(
        lent -> {
          try (LiteRtInterpreter interpreter =
              LiteRtInterpreter.withBuiltInKernels(lent.model(), 1)) {
            return interpreter.run(signature, row);
          }
        });
  }

  @Override
  public void close() {
    lanes.close();
    if (several != null) {
      several.pool().close();
    }
    pool.close();
  }
}
