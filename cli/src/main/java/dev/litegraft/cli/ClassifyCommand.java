package dev.litegraft.cli;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextPair;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** The names as they are typed. */
  static final class Aggregations extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Aggregations() {
      super(List.of("none", "simple", "first", "average", "max"));
    }
  }

  @Override
  void checkUsage() {
    int count = fromFile() ? 1 : texts().size();
    if (pairs.size() > 1 && pairs.size() != count && (count > 1 || fromFile())) {
      throw usage(
          pairs.size() + " times --pair for " + (fromFile() ? "a file of texts" : count + " texts"),
          fromFile() ? "one --pair for all lines" : "one --pair for each text, or one for all");
    }
  }

  @Override
  void answer(RawModel raw) throws IOException {
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
        refuse(
            aggregation != null,
            "--aggregation is for labels of tokens, and the file labels whole texts",
            raw,
            "leave out --aggregation");
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
      lines(
          text ->
              lines.print(
                  text,
                  shared,
                  shared.isPresent()
                      ? classifier.classify(text, shared.get())
                      : classifier.classify(text)));
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

  private void label(TokenClassifier classifier) throws IOException {
    Aggregation how = aggregation == null ? Aggregation.SIMPLE : aggregation;
    EntityLines lines = new EntityLines(out(), common().json(), fromFile() || texts().size() > 1);
    if (fromFile()) {
      lines(text -> lines.print(text, classifier.classify(text, how)));
      return;
    }
    List<TokenClassification> answers = classifier.classify(texts(), how);
    for (int i = 0; i < answers.size(); i++) {
      lines.print(texts().get(i), answers.get(i));
    }
  }
}
