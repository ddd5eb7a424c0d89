package dev.litegraft.langchain4j;

import dev.langchain4j.model.moderation.Moderation;
import dev.langchain4j.model.moderation.ModerationModel;
import dev.langchain4j.model.moderation.ModerationRequest;
import dev.langchain4j.model.moderation.ModerationResponse;
import dev.litegraft.runtime.TextClassifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Flags texts with a classifier of toxicity: the first text that has one of some labels. */
public final class LitegraftModerationModel implements ModerationModel, AutoCloseable {
  private final TextClassifier classifier;
  private final List<String> flagged;

  private LitegraftModerationModel(Builder builder) {
    String labels = Objects.requireNonNull(builder.labels, "flaggedLabels: as toxic, insult");
    flagged = Arrays.stream(labels.split(",", -1)).map(String::strip).toList();
    classifier = builder.open(TextClassifier::open);
    if (!classifier.labels().containsAll(flagged)) {
      List<String> known = classifier.labels();
      classifier.close();
      throw new IllegalArgumentException("flaggedLabels " + flagged + ", the file has " + known);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ModerationResponse doModerate(ModerationRequest request) {
    Moderation moderation =
        request.texts().stream()
            .filter(text -> isFlagged(text))
            .findFirst()
            .map(Moderation::flagged)
            .orElseGet(Moderation::notFlagged);
    return ModerationResponse.builder().moderation(moderation).build();
  }

  private boolean isFlagged(String text) {
    return FileBuilder.asked(() -> classifier.classify(text)).labels().stream()
        .anyMatch(flagged::contains);
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** Builds a moderation model. */
  public static final class Builder extends FileBuilder<Builder> {
    private @Nullable String labels;

    @Override
    Builder self() {
      return this;
    }

    /** The file's labels that flag a text, with commas between them. */
    public Builder flaggedLabels(String names) {
      labels = names;
      return this;
    }

    public LitegraftModerationModel build() {
      return new LitegraftModerationModel(this);
    }
  }
}
