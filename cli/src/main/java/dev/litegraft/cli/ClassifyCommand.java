package dev.litegraft.cli;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextPair;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import dev.litegraft.runtime.ZeroShotClassifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Labels texts, pairs of texts, or the tokens of texts with a .tflite file. */
@Command(
    name = "classify",
    description = {
      "Classify texts with a .tflite file.",
      "A file of a token classifier gives labelled spans; start and end count UTF-16 units."
    })
final class ClassifyCommand extends TextCommand {
  private static final String NO_SPANS =
      "--aggregation is for labels of tokens, and the file labels whole texts";

  @Option(
      names = "--pair",
      paramLabel = "TEXT",
      description =
          "The second text of a pair, for models that read two; again for each text, or once for"
              + " all. With one text: any number of pairs for it.")
  private List<String> pairs = List.of();

  @Option(
      names = "--aggregation",
      paramLabel = "HOW",
      description =
          "How the labels of tokens become spans: ${COMPLETION-CANDIDATES}; default: simple.",
      completionCandidates = Aggregations.class)
  private @Nullable Aggregation aggregation;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "Token classifiers: read texts that are longer than the model takes in pieces, each with"
              + " the last N tokens of the one before it; without it they are cut.")
  private @Nullable Integer stride;

  @Option(
      names = "--labels",
      paramLabel = "A,B,C",
      description =
          "Labels of your own, of which the one that fits is found, by a model for natural-language"
              + " inference (zero-shot).")
  private @Nullable String labels;

  @Option(
      names = "--hypothesis",
      paramLabel = "TEXT",
      description =
          "With --labels: the sentence that each label is put into, at {}; default: \""
              + ZeroShotClassifier.USUAL_HYPOTHESIS
              + "\"")
  private @Nullable String hypothesis;

  @Option(
      names = "--multi-label",
      description = "With --labels: each label is right or not by itself.")
  private boolean multiLabel;

  /** The names as they are typed. */
  static final class Aggregations extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Aggregations() {
      super(List.of("none", "simple", "first", "average", "max"));
    }
  }

  @Override
  void checkUsage() {
    checkLabels();
    if (stride != null && stride < 0) {
      throw usage("--stride is " + stride, "a number of tokens, 0 or more");
    }
    int count = fromFile() ? 1 : texts().size();
    if (pairs.size() > 1 && pairs.size() != count && (count > 1 || fromFile())) {
      throw usage(
          pairs.size() + " times --pair for " + (fromFile() ? "a file of texts" : count + " texts"),
          fromFile() ? "one --pair for all lines" : "one --pair for each text, or one for all");
    }
  }

  private void checkLabels() {
    if (labels == null) {
      if (hypothesis != null || multiLabel) {
        throw usage(
            (hypothesis != null ? "--hypothesis" : "--multi-label") + " is given without --labels",
            "--labels a,b,c names the labels");
      }
      return;
    }
    if (!pairs.isEmpty()) {
      throw usage(
          "--labels and --pair are both given", "one of them: each label is the text's pair");
    }
    List<String> names = labels();
    if (names.stream().anyMatch(String::isEmpty)) {
      throw usage("--labels is \"" + labels + "\", of which a label is empty", "--labels a,b,c");
    }
    if (names.stream().distinct().count() < names.size()) {
      throw usage(
          "--labels is \"" + labels + "\", of which a label is there twice", "name each once");
    }
    if (hypothesis != null && !hypothesis.contains("{}")) {
      throw usage(
          "--hypothesis is \"" + hypothesis + "\", which has no place for the label",
          "write {} where the label belongs: \"" + ZeroShotClassifier.USUAL_HYPOTHESIS + "\"");
    }
  }

  private List<String> labels() {
    return Arrays.stream(String.valueOf(labels).split(",", -1)).map(String::strip).toList();
  }

  @Override
  void answer(RawModel raw) throws IOException {
    if (labels != null) {
      try (ZeroShotClassifier classifier = ZeroShotClassifier.of(raw)) {
        refuse(aggregation != null, NO_SPANS, raw, "leave out --aggregation");
        refuse(stride != null, "--stride is for labels of tokens", raw, "leave out --stride");
        ZeroShotLines lines = new ZeroShotLines(out(), common().json());
        String sentence = hypothesis == null ? ZeroShotClassifier.USUAL_HYPOTHESIS : hypothesis;
        eachText(
            text -> lines.print(text, classifier.classify(text, labels(), sentence, multiLabel)));
      }
      return;
    }
    if (raw.task().equals(Optional.of(Task.TOKEN_CLASSIFICATION))) {
      try (TokenClassifier classifier = TokenClassifier.of(raw)) {
        refuse(
            !pairs.isEmpty(),
            "a text pair, where the file labels the tokens of one text",
            raw,
            "leave out --pair");
        label(classifier);
      }
    } else {
      try (TextClassifier classifier = TextClassifier.of(raw)) {
        refuse(aggregation != null, NO_SPANS, raw, "leave out --aggregation");
        refuse(stride != null, "--stride is for labels of tokens", raw, "leave out --stride");
        classify(classifier);
      }
    }
  }

  private static void refuse(boolean wrong, String what, RawModel raw, String remedy) {
    if (wrong) {
      throw new InvalidRequestException(what, raw.where(), remedy);
    }
  }

  private void classify(TextClassifier classifier) throws IOException {
    Optional<String> shared = pairs.isEmpty() ? Optional.empty() : Optional.of(pairs.get(0));
    if (fromFile()) {
      LabelLines lines = LabelLines.begin(out(), common().json());
      many(
          texts ->
              shared.isPresent()
                  ? paired(classifier, texts, shared.get())
                  : classifier.classifyAll(texts),
          (text, answer) -> lines.print(text, shared, answer));
      return;
    }
    if (pairs.isEmpty()) {
      LabelLines.print(out(), common().json(), texts(), classifier.classify(texts()));
      return;
    }
    List<TextPair> all = new ArrayList<>();
    for (int i = 0; i < Math.max(texts().size(), pairs.size()); i++) {
      all.add(
          new TextPair(
              texts().get(texts().size() == 1 ? 0 : i), pairs.get(pairs.size() == 1 ? 0 : i)));
    }
    LabelLines.printPairs(out(), common().json(), all, classifier.classifyPairs(all));
  }

  private static Stream<Outcome<String, Classification>> paired(
      TextClassifier classifier, Stream<String> texts, String second) {
    return classifier
        .classifyAllPairs(texts.map(text -> new TextPair(text, second)))
        .map(one -> new Outcome<>(one.index(), one.text().first(), one.answer(), one.fault()));
  }

  private void label(TokenClassifier classifier) throws IOException {
    Aggregation how = aggregation == null ? Aggregation.SIMPLE : aggregation;
    EntityLines lines = new EntityLines(out(), common().json(), fromFile() || texts().size() > 1);
    if (fromFile() && stride == null) {
      many(texts -> classifier.classifyAll(texts, how), lines::print);
      return;
    }
    if (stride != null) {
      int overlap = stride;
      eachText(text -> lines.print(text, classifier.classifyAll(text, how, overlap)));
      return;
    }
    List<TokenClassification> answers = classifier.classify(texts(), how);
    for (int i = 0; i < answers.size(); i++) {
      lines.print(texts().get(i), answers.get(i));
    }
  }
}
