package dev.litegraft.langchain4j;

import dev.langchain4j.classification.ClassificationResult;
import dev.langchain4j.classification.ScoredLabel;
import dev.langchain4j.classification.TextClassifier;
import dev.litegraft.runtime.Classification;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
    List<ScoredLabel<String>> all = new ArrayList<>();
    for (double score : answer.probabilities()) {
      int i = all.size();
      all.add(new ScoredLabel<>(names.isEmpty() ? "LABEL_" + i : names.get(i), score));
    }
    all.sort(Comparator.comparingDouble((ScoredLabel<String> one) -> one.score()).reversed());
    return new ClassificationResult<>(all);
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** Builds a classifier. */
  public static final class Builder extends FileBuilder<Builder> {
    public LitegraftTextClassifier build() {
      return new LitegraftTextClassifier(this);
    }
  }
}
