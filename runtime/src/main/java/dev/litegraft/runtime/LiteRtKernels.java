package dev.litegraft.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kernels of LiteRT, as the native library of this machine has them. */
final class LiteRtKernels implements Kernels {
  /** More operators than this that compute outside the fast kernels are reported as a note. */
  private static final int EXPECTED_OUTSIDE = 10;

  /** What no fast kernel does, and what costs little: numbers are looked up, moved or counted. */
  private static final Set<String> MOVING =
      Set.of("CAST", "CONCATENATION", "CUMSUM", "EMBEDDING_LOOKUP", "GATHER", "RESHAPE", "SHAPE");

  private final List<TextSignature> signatures;
  private final List<String> outside;
  private final List<String> notes;
  private final InterpreterPool pool;
  private final @Nullable SeveralThreads several;
  private final Lanes lanes;

  private LiteRtKernels(
      List<TextSignature> signatures,
      List<String> outside,
      List<String> notes,
      InterpreterPool pool,
      @Nullable SeveralThreads several,
      Lanes lanes) {
    this.signatures = signatures;
    this.outside = outside;
    this.notes = notes;
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
      Optional<String> slow = slowNote(outside);
      slow.ifPresent(text -> Log.MODELS.warn("{}: {}", model.where(), text));
      List<String> notes = Stream.of(slow, model.note()).flatMap(Optional::stream).toList();
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
      return new LiteRtKernels(signatures, outside, notes, pool, several, lanes);
    } catch (RuntimeException e) {
      if (interpreter != null) {
        interpreter.close();
      }
      model.close();
      throw LiteRt.explained(e, model.where());
    }
  }

  /** Whether operators that cost time run outside the fast kernels, in a sentence. */
  static Optional<String> slowNote(List<String> outside) {
    List<String> computing = outside.stream().filter(name -> !MOVING.contains(name)).toList();
    return computing.size() <= EXPECTED_OUTSIDE
        ? Optional.empty()
        : Optional.of(
            computing.size()
                + " operators compute outside LiteRT's fast kernels, where at most "
                + EXPECTED_OUTSIDE
                + " are expected: "
                + String.join(", ", new TreeSet<>(computing)));
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
  public List<String> notes() {
    return notes;
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
