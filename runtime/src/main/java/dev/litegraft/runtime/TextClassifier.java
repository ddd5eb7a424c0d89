package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.ModelText.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Classifies texts with a .tflite file.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.open(Path.of("classifier.tflite"))) {
 *   Classification answer = classifier.classify("이 영화 정말 재미있어요");
 *   System.out.println(answer.label() + " " + answer.score());
 * }
 * }</pre>
 *
 * <p>A text that is longer than the model takes is cut, and its {@link Classification} says so. A
 * text without any token (an empty one, for a tokenizer that adds no special tokens) is an error,
 * as it is for the checkpoint: there is nothing that the model could read.
 *
 * <p>Safe to share between threads; {@link Options#interpreters} calls run at the same time.
 */
public final class TextClassifier implements AutoCloseable {
  private final RawModel model;
  private final Tokenizer tokenizer;

  private TextClassifier(RawModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** {@link #open(Path, Options)} with {@link Options#defaults()}. */
  public static TextClassifier open(Path file) throws IOException {
    return open(file, Options.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, or has no tokenizer inside and {@link
   *     Options#tokenizer} names none
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static TextClassifier open(Path file, Options options) throws IOException {
    RawModel model = RawModel.open(file, options);
    try {
      Tokenizer tokenizer =
          model
              .text()
              .tokenizer()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "there is no tokenizer inside the file, and none is given",
                          file.toString(),
                          "name the checkpoint's folder: --tokenizer DIR, or Options.tokenizer"))
              .open();
      return new TextClassifier(model, tokenizer);
    } catch (RuntimeException | IOException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Classifies one text.
   *
   * @throws InvalidInputException if the text has no tokens, or the model does not answer with one
   *     row of logits for the labels
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(String text) {
    return classified(encoded(Objects.requireNonNull(text, "text"), "the text"));
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
    List<Tokenized> all = new ArrayList<>(texts.size());
    for (String text : texts) {
      String name = "text " + (all.size() + 1) + " of " + texts.size();
      all.add(encoded(Objects.requireNonNull(text, name), name));
    }
    return all.stream().map(this::classified).toList();
  }

  private record Tokenized(Encoding encoding, long nanoseconds) {}

  private Tokenized encoded(String text, String name) {
    long begin = System.nanoTime();
    Encoding encoding =
        tokenizer.encodeWithoutOffsets(text, null, model.maxLength().orElse(Integer.MAX_VALUE));
    if (encoding.length() == 0) {
      throw new InvalidInputException(
          text.isEmpty()
              ? name + " is empty, and the tokenizer adds no special tokens"
              : name + " has no token in the vocabulary",
          model.file().toString(),
          "leave it out, or give it at least one word");
    }
    return new Tokenized(encoding, System.nanoTime() - begin);
  }

  private Classification classified(Tokenized tokenized) {
    Encoding encoding = tokenized.encoding();
    RawModel.Timed<RawOutput> answer = model.timedAnswer(encoding.ids(), encoding.typeIds());
    float[] logits = answer.value().values();
    List<String> labels = labels(answer.value());
    double[] probabilities = Probabilities.of(logits, problem(logits.length));
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return new Classification(
        labels.get(best),
        best,
        probabilities[best],
        DoubleStream.of(probabilities).boxed().toList(),
        IntStream.range(0, logits.length).mapToObj(i -> logits[i]).toList(),
        encoding.length(),
        encoding.truncated(),
        encoding.cut(),
        (tokenized.nanoseconds() + answer.nanoseconds()) / 1e6);
  }

  private Problem problem(int count) {
    return model.text().problem().orElse(count == 1 ? Problem.REGRESSION : Problem.SINGLE_LABEL);
  }

  private List<String> labels(RawOutput answer) {
    int count = answer.values().length;
    if (answer.shape().size() > 2 || count == 0) {
      throw new InvalidInputException(
          "output "
              + answer.name()
              + " has shape "
              + answer.shape()
              + ", where one row of logits [1, labels] is expected",
          model.file().toString(),
          "use a file of a sequence classifier; of others, read the outputs with: litegraft run");
    }
    List<String> labels =
        model
            .text()
            .labels()
            .orElseGet(() -> IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList());
    if (labels.size() != count) {
      throw new InvalidInputException(
          "the model answers with " + count + " logits, but there are " + labels.size() + " labels",
          model.file().toString(),
          "use the folder of the checkpoint that the file was made from");
    }
    return labels;
  }

  /** The model that answers, for its notes and raw outputs; closed with this classifier. */
  public RawModel model() {
    return model;
  }

  /** The tokenizer; closed with this classifier. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
