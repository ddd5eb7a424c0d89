package dev.litegraft.langchain4j;

import dev.langchain4j.classification.ClassificationResult;
import dev.langchain4j.classification.ScoredLabel;
import dev.langchain4j.classification.TextClassifier;
import dev.litegraft.runtime.Classification;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Classifies texts with a model that was trained for it. */
public final class LitegraftTextClassifier implements TextClassifier<String>, AutoCloseable {
  private final dev.litegraft.runtime.TextClassifier classifier;

  private LitegraftTextClassifier(Builder builder) {
    classifier = builder.open(dev.litegraft.runtime.TextClassifier::open);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The labels that are right: one, or of a file whose labels are right or not each any number. */
  @Override
  public List<String> classify(String text) {
    return FileBuilder.asked(() -> classifier.classify(text)).labels();
  }

  /** All labels with their probabilities, the best first. */
  @Override
  public ClassificationResult<String> classifyWithScores(String text) {
    Classification answer = FileBuilder.asked(() -> classifier.classify(text));
    List<String> names = classifier.labels();
    return new ClassificationResult<>(
        IntStream.range(0, answer.probabilities().size())
            .mapToObj(
                i ->
                    new ScoredLabel<>(
                        names.isEmpty() ? "LABEL_" + i : names.get(i),
                        answer.probabilities().get(i)))
            .sorted(Comparator.comparing((ScoredLabel<String> one) -> one.score()).reversed())
            .toList());
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** Builds a classifier. */
  public static final class Builder extends FileBuilder<Builder> {
    @Override
    Builder self() {
      return this;
    }

    public LitegraftTextClassifier build() {
      return new LitegraftTextClassifier(this);
    }
  }
}
