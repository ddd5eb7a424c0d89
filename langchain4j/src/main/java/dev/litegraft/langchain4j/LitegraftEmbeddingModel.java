package dev.litegraft.langchain4j;

import static dev.litegraft.langchain4j.FileBuilder.asked;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes vectors of texts; of many at once on all threads. A request that says whether its texts are
 * queries or documents gets the file's prompt {@code query}, or {@code document} or {@code
 * passage}, before them, where it has one; documents never have the one called {@code query}. One
 * that asks for dimensions gets the first numbers of each vector, of length 1 where the file's are.
 */
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
  public Set<EmbeddingParameter<?>> supportedParameters() {
    return Set.of(EmbeddingRequestParameters.INPUT_TYPE, EmbeddingRequestParameters.DIMENSIONS);
  }

  /** The file's name without its folders and {@code .tflite}; in responses, too. */
  @Override
  public String modelName() {
    return embedder.model().name();
  }

  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    String named = promptOf(request.inputType());
    Stream<String> texts = request.inputs().stream().map(EmbeddingInput::text);
    return asked(
        () -> {
          try (Stream<Outcome<String, TextEmbedding>> answers =
              named == null ? embedder.embedAll(texts) : embedder.embedAll(texts, named)) {
            List<TextEmbedding> all = answers.map(Outcome::orThrow).toList();
            return EmbeddingResponse.builder()
                .embeddings(all.stream().map(one -> embedding(one, request.dimensions())).toList())
                .modelName(modelName())
                .tokenUsage(new TokenUsage(all.stream().mapToInt(TextEmbedding::tokens).sum()))
                .build();
          }
        });
  }

  private Embedding embedding(TextEmbedding one, @Nullable Integer first) {
    return Embedding.from((first == null ? one : embedder.leading(one, first)).vector());
  }

  private @Nullable String promptOf(@Nullable EmbeddingInputType type) {
    return type == EmbeddingInputType.DOCUMENT
        ? embedder.documentPrompt().orElse("query".equals(prompt) ? null : prompt)
        : type == EmbeddingInputType.QUERY ? embedder.queryPrompt().orElse(prompt) : prompt;
  }

  @Override
  public void close() {
    embedder.close();
  }

  /** Builds an embedding model. */
  public static final class Builder extends FileBuilder<Builder> {
    private @Nullable String prompt;

    /** The name of the file's prompt that stands before texts, as {@code query}; null for none. */
    public Builder prompt(@Nullable String name) {
      prompt = name;
      return this;
    }

    public LitegraftEmbeddingModel build() {
      return new LitegraftEmbeddingModel(this);
    }
  }
}
