package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import dev.litegraft.tokenizer.Truncation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Classifies texts with labels that are named when it is asked, by a model for natural-language
 * inference: each label becomes a hypothesis, and its score says how much it follows from the text.
 *
 * <pre>{@code
 * try (ZeroShotClassifier classifier = ZeroShotClassifier.open(Path.of("nli.tflite"))) {
 *   ZeroShotClassification answer =
 *       classifier.classify("My phone needs to be repaired", List.of("phone", "tablet"));
 *   System.out.println(answer.label() + " " + answer.score());
 * }
 * }</pre>
 *
 * <p>A text that is longer than the model takes beside the hypothesis is cut; the hypothesis is
 * not.
 *
 * <p>Source: transformers' {@code ZeroShotClassificationPipeline}. The index of entailment is that
 * of the first label whose name begins with {@code entail}; without one the pipeline takes the last
 * label, with a warning, where this class refuses the model.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class ZeroShotClassifier implements AutoCloseable {
  /** What each label is put into where nothing else is asked for. */
  public static final String USUAL_HYPOTHESIS = "This example is {}.";

  private static final String PLACE = "{}";

  private final TokenizedModel model;
  private final int labels;
  private final int entailment;

  private ZeroShotClassifier(TokenizedModel model, int labels, int entailment) {
    this.model = model;
    this.labels = labels;
    this.entailment = entailment;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static ZeroShotClassifier open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, is of another task, has no tokenizer,
   *     or none of its labels is called entailment
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static ZeroShotClassifier open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(Path, RuntimeOptions)} of a file in memory, which is copied. */
  public static ZeroShotClassifier open(ByteBuffer bytes, RuntimeOptions options)
      throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Classifies with a model that is open; it is closed with the classifier, or at once if this
   * fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static ZeroShotClassifier of(RawModel model) throws IOException {
    TokenizedModel tokenized = TokenizedModel.of(model, Task.SEQUENCE_CLASSIFICATION);
    try {
      model.text().requireLogits("classifying with labels of one's own", model.where());
      List<String> labels = model.text().labels().orElse(List.of());
      model.text().requireConfidenceOf(labels.size(), model.where());
      return new ZeroShotClassifier(tokenized, labels.size(), entailment(labels, model.where()));
    } catch (RuntimeException e) {
      tokenized.close();
      throw e;
    }
  }

  private static int entailment(List<String> labels, String where) {
    return IntStream.range(0, labels.size())
        .filter(i -> labels.size() > 1)
        .filter(i -> labels.get(i).toLowerCase(Locale.ROOT).startsWith("entail"))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "labels of your own need a model for natural-language inference, and none of"
                        + " the file's labels is called entailment: "
                        + labels,
                    where,
                    "use such a model (litegraft classify without --labels takes the file's own, and"
                        + " rerank compares texts with a query); if this is one, name its labels in"
                        + " config.json (id2label) and convert again"));
  }

  /** {@link #classify(String, List, String, boolean)} in the usual way: one label is right. */
  public ZeroShotClassification classify(String text, List<String> candidates) {
    return classify(text, candidates, USUAL_HYPOTHESIS, false);
  }

  /**
   * Scores labels for a text.
   *
   * @param candidates the labels; none empty, none twice
   * @param hypothesis what each label is put into, at the place of {@code {}}
   * @param severalMayBeRight whether each label is right or not by itself; a single one always is
   * @throws InvalidInputException if there are no labels, one is empty or there twice, the
   *     hypothesis has no place for the label, or it is longer than the model takes
   * @throws IllegalStateException if this classifier is closed
   */
  public ZeroShotClassification classify(
      String text, List<String> candidates, String hypothesis, boolean severalMayBeRight) {
    Objects.requireNonNull(text, "text");
    requireLabels(candidates);
    requirePlace(hypothesis);
    List<Encoded> pairs = new ArrayList<>();
    for (String candidate : candidates) {
      pairs.add(encoded(text, hypothesis.replace(PLACE, candidate)));
    }
    float[][] logits = new float[pairs.size()][];
    double milliseconds = 0;
    for (int i = 0; i < logits.length; i++) {
      RawModel.Timed<RawOutput> answer = model.answer(pairs.get(i).encoding());
      logits[i] = answer.value().values();
      milliseconds += pairs.get(i).millisecondsWith(answer);
      if (logits[i].length != labels) {
        throw model.otherShape(
            answer.value(), "one row of " + labels + " logits", "a model for text pairs");
      }
    }
    double[] scores = scores(logits, severalMayBeRight);
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .toList();
    return new ZeroShotClassification(
        order.stream().map(candidates::get).toList(),
        order.stream().map(i -> scores[i]).toList(),
        pairs.stream().mapToInt(pair -> pair.encoding().length()).max().orElseThrow(),
        pairs.stream().anyMatch(pair -> pair.encoding().truncated()),
        milliseconds);
  }

  private Encoded encoded(String text, String hypothesis) {
    try {
      return model.encoded(text, hypothesis, "the text", Truncation.Strategy.ONLY_FIRST);
    } catch (InvalidInputException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the hypothesis \"" + hypothesis + "\" leaves no room for the text: " + e.what(),
              model.model().where(),
              "use shorter labels, or convert again with a larger --max-length");
      fault.initCause(e);
      throw fault;
    }
  }

  private double[] scores(float[][] logits, boolean severalMayBeRight) {
    int contradiction = entailment == 0 ? labels - 1 : 0;
    Optional<Confidence> fitted = model.model().text().confidence();
    double[] entailments = new double[logits.length];
    double[] scores = new double[logits.length];
    for (int i = 0; i < scores.length; i++) {
      double[] own = Probabilities.fitted(logits[i], fitted);
      entailments[i] = own[entailment];
      scores[i] = Probabilities.softmax(own[contradiction], own[entailment])[1];
    }
    return severalMayBeRight || logits.length == 1 ? scores : Probabilities.softmax(entailments);
  }

  private void requireLabels(List<String> candidates) {
    if (candidates.isEmpty()) {
      throw refused("there are no labels", "name at least one label");
    }
    Set<String> seen = new HashSet<>();
    for (String candidate : candidates) {
      if (candidate.isBlank()) {
        throw refused("one of the labels is empty: " + candidates, "leave it out");
      }
      if (!seen.add(candidate)) {
        throw refused(
            "the label \"" + candidate + "\" is there twice: " + candidates, "name each once");
      }
    }
  }

  private void requirePlace(String hypothesis) {
    int first = hypothesis.indexOf(PLACE);
    if (first < 0 || hypothesis.indexOf(PLACE, first + 1) >= 0) {
      throw refused(
          "the hypothesis \""
              + hypothesis
              + "\" has "
              + (first < 0 ? "no place" : "more than one place")
              + " for the label",
          "write {} once, where the label belongs: \"" + USUAL_HYPOTHESIS + "\"");
    }
  }

  private InvalidRequestException refused(String what, String remedy) {
    return new InvalidRequestException(what, model.model().where(), remedy);
  }

  /** The model that answers, for its notes and raw outputs; closed with this classifier. */
  public RawModel model() {
    return model.model();
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    model.close();
  }
}
