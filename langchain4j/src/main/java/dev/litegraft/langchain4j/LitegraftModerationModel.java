package dev.litegraft.langchain4j;

import static dev.litegraft.langchain4j.FileBuilder.asked;
import static java.util.Collections.disjoint;

import dev.langchain4j.model.moderation.Moderation;
import dev.langchain4j.model.moderation.ModerationModel;
import dev.langchain4j.model.moderation.ModerationRequest;
import dev.langchain4j.model.moderation.ModerationResponse;
import dev.litegraft.runtime.TextClassifier;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Flags texts with a classifier of toxicity: the first text that has one of some labels. */
public final class LitegraftModerationModel implements ModerationModel, AutoCloseable {
  private final TextClassifier classifier;
  private final List<String> flagged;

  private LitegraftModerationModel(Builder builder) {
    flagged = builder.flagged;
    classifier = builder.open(TextClassifier::open);
    List<String> known = classifier.labels();
    if (flagged.isEmpty() || !known.containsAll(flagged)) {
      classifier.close();
      throw new IllegalArgumentException("flaggedLabels " + flagged + ", the file has " + known);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ModerationResponse doModerate(ModerationRequest request) {
    Predicate<String> flags =
        text -> !disjoint(asked(() -> classifier.classify(text)).labels(), flagged);
    Optional<String> found = request.texts().stream().filter(flags).findFirst();
    Moderation moderation = found.map(Moderation::flagged).orElseGet(Moderation::notFlagged);
    return ModerationResponse.builder().moderation(moderation).build();
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** Builds a moderation model. */
  public static final class Builder extends FileBuilder<Builder> {
    private List<String> flagged = List.of();

    /** The file's labels that flag a text, with commas between them. */
    public Builder flaggedLabels(@Nullable String names) {
      flagged = names == null ? List.of() : List.of(names.strip().split("\\s*,\\s*", -1));
      return this;
    }

    public LitegraftModerationModel build() {
      return new LitegraftModerationModel(this);
    }
  }
}
