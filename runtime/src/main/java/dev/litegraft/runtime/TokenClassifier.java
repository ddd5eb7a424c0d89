package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import dev.litegraft.tokenizer.Truncation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Labels the tokens of texts (names, places, parts of speech) with a .tflite file, and makes spans
 * of them.
 *
 * <pre>{@code
 * try (TokenClassifier classifier = TokenClassifier.open(Path.of("ner.tflite"))) {
 *   for (Entity entity : classifier.classify("세종대왕은 서울에서 태어났다").entities()) {
 *     System.out.println(entity.label() + " " + entity.text());
 *   }
 * }
 * }</pre>
 *
 * <p>A text that is longer than the model takes is cut, and its {@link TokenClassification} says
 * so; {@link #classifyAll} reads it in pieces instead.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class TokenClassifier implements AutoCloseable {
  private final TokenizedModel model;

  private TokenClassifier(TokenizedModel model) {
    this.model = model;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TokenClassifier open(Path file) throws IOException {
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
  public static TokenClassifier open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(ByteBuffer, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TokenClassifier open(ByteBuffer bytes) throws IOException {
    return open(bytes, RuntimeOptions.defaults());
  }

  /**
   * {@link #open(Path, RuntimeOptions)} of a file in memory: what stands between the buffer's
   * position and its limit, which is copied.
   */
  public static TokenClassifier open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Labels with a model that is open; it is closed with the classifier, or at once if this fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static TokenClassifier of(RawModel model) throws IOException {
    return new TokenClassifier(TokenizedModel.of(model, Task.TOKEN_CLASSIFICATION));
  }

  /** {@link #classify(String, Aggregation)} with {@link Aggregation#SIMPLE}. */
  public TokenClassification classify(String text) {
    return classify(text, Aggregation.SIMPLE);
  }

  /**
   * Labels the tokens of a text.
   *
   * @throws InvalidInputException if the text has no tokens, or the model does not answer with a
   *     row of logits for each token
   * @throws IllegalStateException if this classifier is closed
   */
  public TokenClassification classify(String text, Aggregation how) {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(how, "how");
    return classified(text, model.encoded(text, null, "the text"), how);
  }

  /**
   * Labels the tokens of texts, in their order.
   *
   * @throws InvalidInputException as {@link #classify(String, Aggregation)}; names the text by its
   *     number, from 1, before the first one runs
   * @throws IllegalStateException if this classifier is closed
   */
  public List<TokenClassification> classify(List<String> texts, Aggregation how) {
    Objects.requireNonNull(how, "how");
    List<Encoded> all =
        TokenizedModel.all(
            texts, (text, name) -> model.encoded(text, null, name), encoded -> encoded);
    List<TokenClassification> answers = new ArrayList<>(all.size());
    for (Encoded encoded : all) {
      answers.add(classified(texts.get(answers.size()), encoded, how));
    }
    return answers;
  }

  /**
   * Labels the tokens of any number of texts, in their order, as {@link TextClassifier#classifyAll}
   * does: a text that cannot be labelled does not keep the others from it.
   */
  public Stream<Outcome<String, TokenClassification>> classifyAll(
      Stream<String> texts, Aggregation how) {
    Objects.requireNonNull(how, "how");
    return ManyTexts.of(
        model.model(),
        texts,
        String::length,
        (text, name) -> model.encoded(text, null, name),
        (text, encoded, answer) -> classified(text, encoded, answer, how));
  }

  /**
   * Labels the tokens of a text of any length, which is read in pieces that overlap. Of spans that
   * overlap because two pieces found them the longer is kept, of two that are as long the more
   * certain one.
   *
   * <p>Source: {@code TokenClassificationPipeline} with a {@code stride}, and its {@code
   * aggregate_overlapping_entities}.
   *
   * @param how not {@link Aggregation#NONE}, whose spans are tokens
   * @param stride how many tokens a piece has in common with the one before it, 0 or more
   * @return never {@code truncated}; {@code tokens} counts those of all pieces, and each token of
   *     the text is labelled once
   * @throws InvalidInputException as {@link #classify(String, Aggregation)}, and if the stride
   *     leaves no room for further tokens
   * @throws IllegalStateException if this classifier is closed
   */
  public TokenClassification classifyAll(String text, Aggregation how, int stride) {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(how, "how");
    if (how == Aggregation.NONE || stride < 0) {
      throw new InvalidRequestException(
          how == Aggregation.NONE
              ? "a text is to be read in pieces, whose labels are not to become spans"
              : "a stride of " + stride + " tokens",
          model().where(),
          "an aggregation of simple, first, average or max, and a stride of 0 or more");
    }
    List<TokenClassification> pieces =
        model
            .pieces(text, null, "the text", model.most(), stride, Truncation.Strategy.LONGEST_FIRST)
            .stream()
            .map(piece -> classified(text, piece, how))
            .toList();
    return pieces.size() == 1 ? pieces.get(0) : joined(pieces);
  }

  private static TokenClassification joined(List<TokenClassification> pieces) {
    List<Entity> entities = new ArrayList<>();
    List<TokenLabel> labels = new ArrayList<>();
    int end = 0;
    for (TokenClassification piece : pieces) {
      entities.addAll(piece.entities());
      for (TokenLabel label : piece.labels()) {
        if (label.start() >= end) {
          labels.add(label);
        }
      }
      end = labels.isEmpty() ? 0 : labels.get(labels.size() - 1).end();
    }
    return new TokenClassification(
        Spans.withoutOverlaps(entities),
        labels,
        pieces.stream().mapToInt(TokenClassification::tokens).sum(),
        false,
        0,
        pieces.stream().mapToDouble(TokenClassification::milliseconds).sum());
  }

  private TokenClassification classified(String text, Encoded encoded, Aggregation how) {
    return classified(text, encoded, model.answer(encoded.encoding()), how);
  }

  private TokenClassification classified(
      String text, Encoded encoded, RawModel.Timed<RawOutput> answer, Aggregation how) {
    Encoding encoding = encoded.encoding();
    List<Integer> shape = answer.value().shape();
    if (shape.size() != 3 || shape.get(1) != encoding.length() || shape.get(2) == 0) {
      throw model.otherShape(
          answer.value(),
          "a row of logits for each token [1, " + encoding.length() + ", labels]",
          "a token classifier");
    }
    int count = shape.get(2);
    List<String> labels = model.labels(count);
    List<Spans.Token> tokens = new ArrayList<>();
    List<TokenLabel> tokenLabels = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      if (encoding.sequences()[i] < 0) {
        continue;
      }
      float[] logits = Arrays.copyOfRange(answer.value().values(), i * count, (i + 1) * count);
      double[] probabilities = Probabilities.of(logits, ProblemType.SINGLE_LABEL);
      int best = Probabilities.best(probabilities);
      int start = encoding.starts()[i];
      int end = encoding.ends()[i];
      tokens.add(new Spans.Token(probabilities, start, end, encoding.subwords()[i]));
      tokenLabels.add(
          new TokenLabel(
              labels.get(best),
              best,
              probabilities[best],
              DoubleStream.of(probabilities).boxed().toList(),
              start,
              end));
    }
    return new TokenClassification(
        new Spans(labels, how).of(tokens, text),
        tokenLabels,
        encoding.length(),
        encoding.truncated(),
        encoding.cut(),
        encoded.millisecondsWith(answer));
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
