package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Replaces what a token classifier finds in texts, as names and numbers, by its label.
 *
 * <pre>{@code
 * try (TextRedactor redactor = TextRedactor.open(Path.of("pii.tflite"))) {
 *   System.out.println(redactor.redact("Call Ada at 555-0100").redacted());
 * }
 * }</pre>
 *
 * <p>Texts of any length are read to their end, in pieces that overlap: a text that was cut would
 * show the rest of it. White space at the ends of a span stays.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class TextRedactor implements AutoCloseable {
  private final TokenClassifier classifier;
  private final Set<String> labels;

  private TextRedactor(TokenClassifier classifier, Set<String> labels) {
    this.classifier = classifier;
    this.labels = labels;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TextRedactor open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a token classifier and its tokenizer.
   *
   * @throws InvalidInputException as {@link TokenClassifier#open(Path, RuntimeOptions)}
   */
  public static TextRedactor open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(Path, RuntimeOptions)} of a file in memory, which is copied. */
  public static TextRedactor open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Redacts with a model that is open; it is closed with the redactor, or at once if this fails.
   *
   * @throws InvalidInputException as {@link TokenClassifier#open(Path, RuntimeOptions)}
   */
  public static TextRedactor of(RawModel model) throws IOException {
    TokenClassifier classifier = TokenClassifier.of(model);
    return new TextRedactor(
        classifier,
        model.text().labels().orElse(List.of()).stream()
            .filter(label -> !label.equals(Spans.OUTSIDE))
            .map(label -> label.substring(label.indexOf('-') + 1))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Redacts a text: every label, with {@link Aggregation#SIMPLE} and {@link #usualStride()}. */
  public RedactedText redact(String text) {
    return redact(text, Set.of(), Aggregation.SIMPLE, usualStride());
  }

  /**
   * Redacts a text.
   *
   * @param kept labels, without {@code B-} and {@code I-}, whose spans stay as they are
   * @param how not {@link Aggregation#NONE}
   * @param stride how many tokens a piece of a long text has in common with the one before it
   * @throws InvalidInputException if the model has none of the labels that are kept, and as {@link
   *     TokenClassifier#classifyAll}
   * @throws IllegalStateException if this redactor is closed
   */
  public RedactedText redact(String text, Set<String> kept, Aggregation how, int stride) {
    for (String label : new TreeSet<>(kept)) {
      if (!labels.isEmpty() && !labels.contains(label)) {
        throw new InvalidRequestException(
            "the label \"" + label + "\" is to be kept, and the model has the labels " + labels,
            classifier.model().where(),
            "name labels of the model, without B- and I-");
      }
    }
    if (text.isEmpty()) {
      return new RedactedText("", List.of(), 0, 0);
    }
    TokenClassification answer = classifier.classifyAll(text, how, stride);
    StringBuilder redacted = new StringBuilder();
    List<Entity> replaced = new ArrayList<>();
    int done = 0;
    for (Entity entity : answer.entities()) {
      int start = entity.start();
      int end = entity.end();
      while (start < end && Character.isWhitespace(text.charAt(start))) {
        start++;
      }
      while (start < end && Character.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
      if (start == end || start < done || kept.contains(entity.label())) {
        continue;
      }
      redacted.append(text, done, start).append('[').append(entity.label()).append(']');
      replaced.add(entity);
      done = end;
    }
    redacted.append(text, done, text.length());
    return new RedactedText(redacted.toString(), replaced, answer.tokens(), answer.milliseconds());
  }

  /** A quarter of what the model reads at once; 0 where nothing limits it. */
  public int usualStride() {
    return classifier.model().maxLength().map(most -> most / 4).orElse(0);
  }

  /** The classifier that finds the spans; closed with this redactor. */
  public TokenClassifier classifier() {
    return classifier;
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    classifier.close();
  }
}
