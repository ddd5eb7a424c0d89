package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.TextSignature.Role;
import dev.litegraft.tflite.TfliteReader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A .tflite file of a text model: token ids in, raw outputs out.
 *
 * <p>Takes files of this project and of other exporters: ids, mask and token types are found by
 * their names or order, in int32 or int64, with one or several lengths. Of several static
 * signatures the smallest that fits runs; the rest of its row is padded with the pad token and a
 * mask of 0. A dynamic signature runs at the row's own length.
 *
 * <p>Safe to share between threads: {@link RuntimeOptions#interpreters()} calls run at the same
 * time, others wait.
 */
public final class RawModel implements AutoCloseable {
  /** Of texts of one length; where they have more tokens together, they gain nothing by it. */
  private static final int TOGETHER_TOKENS = 512;

  private static final Map<String, Task> ANSWERS =
      Map.of(
          "logits",
          Task.SEQUENCE_CLASSIFICATION,
          "probabilities",
          Task.SEQUENCE_CLASSIFICATION,
          "embedding",
          Task.EMBEDDING,
          "token_embeddings",
          Task.TOKEN_EMBEDDING);

  private final String where;
  private final ModelKnowledge text;
  private final List<TextSignature> signatures;
  private final Optional<TextSignature> ofSeveral;
  private final ModelRows inputs;
  private final Kernels kernels;

  private RawModel(String where, ModelKnowledge text, Kernels kernels) {
    this.where = where;
    this.text = text;
    this.signatures = TextSignature.ofOneText(kernels.signatures());
    this.ofSeveral = TextSignature.ofSeveralTexts(kernels.signatures());
    this.inputs = new ModelRows(where, text, signatures);
    this.kernels = kernels;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static RawModel open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Validates a file, loads it, and prepares the first interpreter.
   *
   * @throws InvalidInputException if the file is not there, is no .tflite file, is damaged, cannot
   *     be run by LiteRT, or has no signature that takes a text
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static RawModel open(Path file, RuntimeOptions options) throws IOException {
    return new ModelOpening(options, false).open(file);
  }

  /**
   * {@link #open(Path, RuntimeOptions)} for whoever is going to ask texts: the tokenizer, where
   * there is one, is made ready beside the model, on a thread of its own.
   */
  public static RawModel openForTexts(Path file, RuntimeOptions options) throws IOException {
    return new ModelOpening(options, true).open(file);
  }

  /**
   * Begins to load LiteRT's native library on a thread of its own, for whoever opens a file a
   * little later; what goes wrong is told there.
   */
  public static void prepare() {
    LiteRt.begin();
  }

  /** {@link #open(ByteBuffer, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static RawModel open(ByteBuffer bytes) throws IOException {
    return open(bytes, RuntimeOptions.defaults());
  }

  /**
   * {@link #open(Path, RuntimeOptions)} of a file in memory: what stands between the buffer's
   * position and its limit. It is copied before it is validated, so the buffer is free afterwards.
   */
  public static RawModel open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return new ModelOpening(options, false).open(bytes);
  }

  /** A model in LiteRT's hands, which is closed with this, or if this fails. */
  static RawModel of(LiteRtModel model, ModelKnowledge text, RuntimeOptions options) {
    return new RawModel(model.where(), text, LiteRtKernels.of(model, options));
  }

  /**
   * A model that another program runs.
   *
   * @param engine of the same file; closed with the model, or at once if this fails
   * @param reader tells what the file says of itself; it may be closed afterwards
   * @throws InvalidInputException if what the file says cannot be used, or no signature of the
   *     engine takes a text
   */
  public static RawModel over(Engine engine, TfliteReader reader, RuntimeOptions options)
      throws IOException {
    try {
      ModelKnowledge text = ModelKnowledge.of(reader, options);
      return new RawModel(reader.where(), text, new EngineKernels(engine, reader.where()));
    } catch (RuntimeException | IOException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * A model that another program runs, whose facts were read before.
   *
   * @param engine closed with the model, or at once if this fails
   * @param where what messages call the file
   * @throws InvalidInputException as {@link #over(Engine, TfliteReader, RuntimeOptions)}
   */
  public static RawModel over(Engine engine, ModelFacts facts, Tokenizer tokenizer, String where) {
    try {
      return new RawModel(
          where, ModelKnowledge.of(facts, tokenizer), new EngineKernels(engine, where));
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Runs the model on one row of tokens.
   *
   * @param ids token ids, [t]
   * @param mask 1 for tokens that are attended, 0 for padding, [t]; null for all 1
   * @param types token type ids, [t]; null for all 0
   * @return the outputs of the signature, [1, labels], [1, d] or [1, t, labels]
   * @throws InvalidInputException if there are no ids, an id is not in the vocabulary, there are
   *     more than the model takes, mask or types have another length, or the model has no input for
   *     what they say
   * @throws IllegalStateException if this model is closed
   */
  public List<RawOutput> run(int[] ids, int @Nullable [] mask, int @Nullable [] types) {
    return timed(Objects.requireNonNull(ids, "ids"), mask, types).value();
  }

  /** {@link #run(int[], int[], int[])} on a row. */
  public List<RawOutput> run(TokenRow row) {
    return run(row.ids(), row.mask(), row.types());
  }

  /** {@link #answer(int[], int[], int[])} to a row. */
  public RawOutput answer(TokenRow row) {
    return answer(run(row));
  }

  /** The row without the mask and the token types, where the model has no input for them. */
  public TokenRow taken(TokenRow row) {
    return TokenRow.of(
        row.ids(), takesMask() ? row.mask() : null, takesTokenTypes() ? row.types() : null);
  }

  /**
   * The output that answers: the one that is called {@code logits} or {@code embedding}, else the
   * only one.
   *
   * @throws InvalidInputException as {@link #run(int[], int[], int[])}, and if no output can be
   *     told to be the answer
   * @throws IllegalStateException if this model is closed
   */
  public RawOutput answer(int[] ids, int @Nullable [] mask, int @Nullable [] types) {
    return answer(run(ids, mask, types));
  }

  private RawOutput answer(List<RawOutput> outputs) {
    for (RawOutput output : outputs) {
      if (outputs.size() == 1 || ANSWERS.containsKey(output.name())) {
        return output;
      }
    }
    throw new InvalidFileException(
        "none of the outputs is called logits or embedding: "
            + outputs.stream().map(RawOutput::name).toList(),
        where,
        "read the outputs with run()");
  }

  /** A result, and how long it took without waiting for an interpreter. */
  record Timed<T>(T value, long nanoseconds) {}

  /** {@link #answer} for tokens that are all attended; types count where the model has them. */
  Timed<RawOutput> timedAnswer(int[] ids, int[] types) {
    Timed<List<RawOutput>> outputs =
        timed(ids, null, signatures.get(0).has(Role.TYPES) ? types : null);
    return new Timed<>(answer(outputs.value()), outputs.nanoseconds());
  }

  private Timed<List<RawOutput>> timed(int[] ids, int @Nullable [] mask, int @Nullable [] types) {
    TokenRow row = inputs.checked(ids, mask, types);
    return timed(kernels::run, row);
  }

  private Timed<List<RawOutput>> timed(Lane.Runner runner, TokenRow row) {
    TextSignature signature = inputs.fitting(row.length());
    FilledRow padded = inputs.padded(row, signature);
    return runner.run(signature, padded);
  }

  /**
   * How many texts of one length the model takes at once: 1, but for a file that was converted with
   * a signature of several texts.
   */
  public int textsAtOnce() {
    return ofSeveral.map(TextSignature::rows).orElse(1);
  }

  /**
   * Whether streams of texts ever answer texts of so many tokens {@linkplain #textsAtOnce at once}:
   * where they have more than 512 tokens together, they gain nothing by it.
   */
  public boolean answersTogether(int tokens) {
    return textsAtOnce() > 1 && (long) textsAtOnce() * tokens <= TOGETHER_TOKENS;
  }

  /**
   * {@link #answer} to as many rows of one length as the model takes {@linkplain #textsAtOnce at
   * once}, in their order; each is answered as it is alone.
   *
   * @throws InvalidInputException as {@link #run(int[], int[], int[])}, of any of the rows
   * @throws IllegalArgumentException if there are more or fewer, or they differ in length
   * @throws IllegalStateException if this model is closed
   */
  public List<RawOutput> answers(List<TokenRow> rows) {
    return together(
            kernels::run,
            rows.stream().map(r -> inputs.checked(r.ids(), r.mask(), r.types())).toList())
        .value();
  }

  private Timed<List<RawOutput>> together(Lane.Runner runner, List<TokenRow> rows) {
    int length = rows.isEmpty() ? 0 : rows.get(0).length();
    if (rows.size() != textsAtOnce() || rows.stream().anyMatch(row -> row.length() != length)) {
      throw new IllegalArgumentException(
          textsAtOnce()
              + " rows of one length are taken at once, not of "
              + rows.stream().map(TokenRow::length).toList());
    }
    if (ofSeveral.isEmpty()) {
      Timed<List<RawOutput>> outputs = timed(runner, rows.get(0));
      return new Timed<>(List.of(answer(outputs.value())), outputs.nanoseconds());
    }
    FilledRow all = FilledRow.of(rows);
    Timed<List<RawOutput>> outputs = runner.run(ofSeveral.get(), all);
    return new Timed<>(all.ofEach(answer(outputs.value())), outputs.nanoseconds());
  }

  /** The ways of many texts. */
  Lanes lanes() {
    return kernels.lanes();
  }

  /** Answers to rows, one after the other, on one interpreter that is borrowed. */
  final class Borrowed {
    private final Lane.Runner runner;

    private Borrowed(Lane.Runner runner) {
      this.runner = runner;
    }

    /** As {@link #timedAnswer}. */
    Timed<RawOutput> timedAnswer(int[] ids, int[] types) {
      TokenRow row = inputs.checked(ids, null, signatures.get(0).has(Role.TYPES) ? types : null);
      Timed<List<RawOutput>> outputs = timed(runner, row);
      return new Timed<>(answer(outputs.value()), outputs.nanoseconds());
    }

    /** As {@link #timedAnswer}, for as many encodings as are answered {@link #answers at once}. */
    List<Timed<RawOutput>> timedAnswers(List<Encoding> encodings) {
      boolean typed = signatures.get(0).has(Role.TYPES);
      List<TokenRow> rows = new ArrayList<>(encodings.size());
      for (Encoding one : encodings) {
        rows.add(inputs.checked(one.ids(), null, typed ? one.typeIds() : null));
      }
      Timed<List<RawOutput>> all = together(runner, rows);
      long each = all.nanoseconds() / encodings.size();
      return all.value().stream().map(answer -> new Timed<>(answer, each)).toList();
    }
  }

  /**
   * Lends an interpreter.
   *
   * @throws IllegalStateException if this model is closed
   */
  void borrow(Lane from, Consumer<Borrowed> work) {
    from.borrow(runner -> work.accept(new Borrowed(runner)));
  }

  /**
   * The f32 values that the graph computes for one row of tokens, under the names of the file's
   * tensors and in their order: to look into a model. They are computed once more, by LiteRT's
   * plain kernels, because the fast ones keep no values.
   *
   * @param names of the values; those that the file does not have are left out
   * @throws InvalidInputException as {@link #run(int[], int[], int[])}
   */
  public List<RawOutput> values(TokenRow tokens, Set<String> names) {
    TokenRow row = inputs.checked(tokens.ids(), tokens.mask(), tokens.types());
    TextSignature signature = inputs.fitting(row.length());
    FilledRow padded = inputs.padded(row, signature);
    return kernels.values(signature, padded, names);
  }

  /** {@link #answer} by the built-in kernels, which clients without XNNPACK have. */
  RawOutput answerOfBuiltInKernels(int[] ids, int[] mask) {
    TokenRow row = inputs.checked(ids, mask, null);
    TextSignature signature = inputs.fitting(row.length());
    FilledRow padded = inputs.padded(row, signature);
    return answer(kernels.runOfBuiltIn(signature, padded));
  }

  /**
   * The most tokens that the model takes: what the file says of itself and its longest static
   * signature; absent where neither limits it.
   */
  public Optional<Integer> maxLength() {
    return inputs.maxLength();
  }

  /** The numbers of tokens that the static signatures take, ascending; empty if one is dynamic. */
  public List<Integer> lengths() {
    return TextSignature.longest(signatures).isEmpty()
        ? List.of()
        : signatures.stream().map(TextSignature::length).sorted().distinct().toList();
  }

  /** Whether the model can be told which tokens are padding. */
  public boolean takesMask() {
    return signatures.get(0).has(Role.MASK);
  }

  /** Whether the model can be told of which text of a pair each token is. */
  public boolean takesTokenTypes() {
    return signatures.get(0).has(Role.TYPES);
  }

  /**
   * The names of the operators that run outside LiteRT's fast kernels, one an operator, in
   * execution order.
   */
  public List<String> outsideFastKernels() {
    return kernels.outside();
  }

  /**
   * What a user should know of this file, in sentences: that it runs slowly, and why; that its
   * packed weights are not kept, as others may write to their folder.
   */
  public List<String> notes() {
    return kernels.notes();
  }

  /**
   * What is asked of the model: what the file or the checkpoint's folder says; else what the name
   * and shape of its output say; absent where these say nothing.
   */
  public Optional<Task> task() {
    return text.task()
        .or(
            () ->
                signatures.get(0).outputs().stream()
                    .filter(output -> ANSWERS.containsKey(output.name()))
                    .map(
                        output ->
                            output.shape().size() > 2 && output.name().equals("logits")
                                ? Task.TOKEN_CLASSIFICATION
                                : ANSWERS.getOrDefault(output.name(), Task.EMBEDDING))
                    .findFirst());
  }

  /** Whether texts can be asked: the file has a tokenizer inside, or one was given. */
  public boolean hasTokenizer() {
    return text.tokenizer().isPresent();
  }

  /** What messages call the file: its path, or that it is a buffer. */
  public String where() {
    return where;
  }

  /** What interfaces call the model: the file's name without its folders and {@code .tflite}. */
  public String name() {
    int folders = Math.max(where.lastIndexOf('/'), where.lastIndexOf(File.separatorChar));
    return where.substring(folders + 1).replaceFirst("\\.tflite$", "");
  }

  ModelKnowledge text() {
    return text;
  }

  /** Waits for the calls that are under way, then frees the model; a second call does nothing. */
  @Override
  public void close() {
    kernels.close();
  }
}
