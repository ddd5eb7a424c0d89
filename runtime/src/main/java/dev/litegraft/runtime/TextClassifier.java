package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Classifies texts, and pairs of texts, with a .tflite file.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.open(Path.of("classifier.tflite"))) {
 *   Classification answer = classifier.classify("이 영화 정말 재미있어요");
 *   System.out.println(answer.label() + " " + answer.score());
 * }
 * }</pre>
 *
 * <p>A text that is longer than the model takes is cut, and its {@link Classification} says so; of
 * a pair the longer text is cut first. A text without any token (an empty one, for a tokenizer that
 * adds no special tokens) is an error, as it is for the checkpoint: there is nothing that the model
 * could read.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class TextClassifier implements AutoCloseable {
  private final TokenizedModel model;

  private TextClassifier(TokenizedModel model) {
    this.model = model;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TextClassifier open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, is of another task, or has no
   *     tokenizer inside and {@link RuntimeOptions#withTokenizer} names none
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static TextClassifier open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(ByteBuffer, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TextClassifier open(ByteBuffer bytes) throws IOException {
    return open(bytes, RuntimeOptions.defaults());
  }

  /**
   * {@link #open(Path, RuntimeOptions)} of a file in memory: what stands between the buffer's
   * position and its limit, which is copied.
   */
  public static TextClassifier open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Classifies with a model that is open; it is closed with the classifier, or at once if this
   * fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static TextClassifier of(RawModel model) throws IOException {
    return new TextClassifier(TokenizedModel.of(model, Task.SEQUENCE_CLASSIFICATION));
  }

  /**
   * Classifies one text.
   *
   * @throws InvalidInputException if the text has no tokens, or the model does not answer with one
   *     row of logits for the labels
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(String text) {
    Objects.requireNonNull(text, "text");
    return classified(model.encoded(text, null, "the text"));
  }

  /**
   * Classifies two texts that belong together, as cross-encoders and models for natural-language
   * inference do.
   *
   * @param text the first text, as in training: the premise, the query
   * @param pair the second: the hypothesis, the passage
   * @throws InvalidInputException as {@link #classify(String)}
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(String text, String pair) {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(pair, "pair");
    return classified(model.encoded(text, pair, "the pair"));
  }

  /**
   * Classifies texts, in their order. All are tokenized before the first one runs, so that a text
   * that cannot be classified is known at once.
   *
   * @throws InvalidInputException as {@link #classify(String)}; names the text by its number, from
   *     1
   * @throws IllegalStateException if this classifier is closed
   */
  public List<Classification> classify(List<String> texts) {
    return TokenizedModel.all(
        texts, (text, name) -> model.encoded(text, null, name), this::classified);
  }

  /**
   * Classifies pairs of texts, in their order, as {@link #classify(List)} does texts.
   *
   * @throws InvalidInputException as {@link #classify(String, String)}
   * @throws IllegalStateException if this classifier is closed
   */
  public List<Classification> classifyPairs(List<TextPair> pairs) {
    return TokenizedModel.all(
        pairs, (pair, name) -> model.encoded(pair.first(), pair.second(), name), this::classified);
  }

  /**
   * Classifies any number of texts, in their order, as fast as the machine allows: texts of equal
   * length are answered together, on as many threads as {@link RuntimeOptions#threads()} times
   * {@link RuntimeOptions#interpreters()}. Whether interpreters of one thread each are faster than
   * those of several is measured with the first texts; they hold the weights once more each, until
   * this classifier is closed. Of the texts about two thousand are in memory at a time.
   *
   * <p>A text that cannot be classified does not keep the others from it: its {@link Outcome} says
   * why. What the source throws is thrown after the answers to the texts before. Close the stream
   * where it is not read to its end.
   *
   * @param texts read on the thread that reads the answers, some ahead
   * @return answers in the order of the texts; {@link IllegalStateException} in it where this
   *     classifier is closed meanwhile
   */
  public Stream<Outcome<String, Classification>> classifyAll(Stream<String> texts) {
    return ManyTexts.of(
        model.model(),
        texts,
        String::length,
        (text, name) -> model.encoded(text, null, name),
        (text, encoded, answer) -> classified(encoded, answer));
  }

  /** Classifies any number of pairs, as {@link #classifyAll(Stream)} does texts. */
  public Stream<Outcome<TextPair, Classification>> classifyAllPairs(Stream<TextPair> pairs) {
    return ManyTexts.of(
        model.model(),
        pairs,
        pair -> pair.first().length() + pair.second().length(),
        (pair, name) -> model.encoded(pair.first(), pair.second(), name),
        (pair, encoded, answer) -> classified(encoded, answer));
  }

  /** Pairs of a query and a text that a language model judges as another instruction says. */
  List<Classification> judged(Reranking asked, String instruction, List<TextPair> pairs) {
    return TokenizedModel.all(
        pairs,
        (pair, name) -> model.asked(asked, instruction, pair.first(), pair.second()),
        this::classified);
  }

  /** The same of any number of pairs, as {@link #classifyAllPairs(Stream)} answers them. */
  Stream<Outcome<TextPair, Classification>> judgedAll(
      Reranking asked, String instruction, Stream<TextPair> pairs) {
    return ManyTexts.of(
        model.model(),
        pairs,
        pair -> pair.first().length() + pair.second().length(),
        (pair, name) -> model.asked(asked, instruction, pair.first(), pair.second()),
        (pair, encoded, answer) -> classified(encoded, answer));
  }

  private Classification classified(Encoded encoded) {
    return classified(encoded, model.answer(encoded.encoding()));
  }

  private Classification classified(Encoded encoded, RawModel.Timed<RawOutput> answer) {
    Encoding encoding = encoded.encoding();
    float[] logits = answer.value().values();
    if (answer.value().shape().size() > 2 || logits.length == 0) {
      throw model.otherShape(
          answer.value(), "one row of logits [1, labels]", "a sequence classifier");
    }
    List<String> labels = model.labels(logits.length);
    ProblemType problem = problem(logits.length);
    Optional<Confidence> fitted = model().text().confidence();
    model().text().requireConfidenceOf(logits.length, model().where());
    boolean made = model().text().output() == OutputForm.PROBABILITIES;
    double[] probabilities =
        made ? Probabilities.plain(logits) : Probabilities.of(logits, problem, fitted);
    int best = Probabilities.best(probabilities);
    return new Classification(
        labels.get(best),
        best,
        problem == ProblemType.MULTI_LABEL
            ? IntStream.range(0, logits.length)
                .filter(i -> probabilities[i] > Probabilities.threshold(fitted, i))
                .mapToObj(labels::get)
                .toList()
            : List.of(labels.get(best)),
        probabilities[best],
        DoubleStream.of(probabilities).boxed().toList(),
        made ? List.of() : IntStream.range(0, logits.length).mapToObj(i -> logits[i]).toList(),
        encoding.length(),
        encoding.truncated(),
        encoding.cut(),
        encoded.millisecondsWith(answer));
  }

  private ProblemType problem(int count) {
    return model().text().problem().orElse(ProblemType.usual(count));
  }

  /**
   * The names of all labels, in the order of {@link Classification#probabilities()}; empty where
   * nothing names them, and answers call them {@code LABEL_0 …}.
   */
  public List<String> labels() {
    return model().text().labels().orElse(List.of());
  }

  /** The model that answers, for its notes and raw outputs; closed with this classifier. */
  public RawModel model() {
    return model.model();
  }

  /** The tokenizer; closed with this classifier. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    model.close();
  }
}
