package dev.litegraft.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes vectors of texts; of many at once on all threads. */
public final class LitegraftEmbeddingModel extends DimensionAwareEmbeddingModel
    implements AutoCloseable {
  private final TextEmbedder embedder;
  private final @Nullable String prompt;

  private LitegraftEmbeddingModel(Builder builder) {
    embedder = builder.open(TextEmbedder::open);
    prompt = builder.prompt;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<TextEmbedding> all =
        FileBuilder.asked(
            () -> {
              try (Stream<Outcome<String, TextEmbedding>> answers =
                  answers(segments.stream().map(TextSegment::text))) {
                return answers.map(Outcome::orThrow).toList();
              }
            });
    return Response.from(
        all.stream().map(one -> Embedding.from(one.vector())).toList(),
        new TokenUsage(all.stream().mapToInt(TextEmbedding::tokens).sum()));
  }

  private Stream<Outcome<String, TextEmbedding>> answers(Stream<String> texts) {
    return prompt == null ? embedder.embedAll(texts) : embedder.embedAll(texts, prompt);
  }

  @Override
  public void close() {
    embedder.close();
  }

  /** Builds an embedding model. */
  public static final class Builder extends FileBuilder<Builder> {
    private @Nullable String prompt;

    @Override
    Builder self() {
      return this;
    }

    /** The name of the file's prompt that stands before texts, as {@code query}. */
    public Builder prompt(String name) {
      prompt = name;
      return this;
    }

    public LitegraftEmbeddingModel build() {
      return new LitegraftEmbeddingModel(this);
    }
  }
}
