package dev.litegraft.langchain4j;

import static dev.litegraft.langchain4j.FileBuilder.asked;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes vectors of texts; of many at once on all threads. A request that says whether its texts are
 * queries or documents gets the file's prompt {@code query}, or {@code document} or {@code
 * passage}, before them, where it has one.
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
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    return embedded(segments.stream().map(TextSegment::text), prompt);
  }

  private Response<List<Embedding>> embedded(Stream<String> texts, @Nullable String named) {
    return asked(
        () -> {
          try (Stream<Outcome<String, TextEmbedding>> answers =
              named == null ? embedder.embedAll(texts) : embedder.embedAll(texts, named)) {
            List<TextEmbedding> all = answers.map(Outcome::orThrow).toList();
            return Response.from(
                all.stream().map(one -> Embedding.from(one.vector())).toList(),
                new TokenUsage(all.stream().mapToInt(TextEmbedding::tokens).sum()));
          }
        });
  }

  @Override
  public Set<EmbeddingParameter<?>> supportedParameters() {
    return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
  }

  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    Stream<String> texts = request.inputs().stream().map(EmbeddingInput::text);
    Response<List<Embedding>> answer = embedded(texts, promptOf(request.inputType()));
    return EmbeddingResponse.builder()
        .embeddings(answer.content())
        .metadata(EmbeddingResponseMetadata.builder().tokenUsage(answer.tokenUsage()).build())
        .build();
  }

  private @Nullable String promptOf(@Nullable EmbeddingInputType type) {
    String name = type == null ? "" : type.name().toLowerCase(Locale.ROOT);
    List<String> names = List.of(name, name.replace("document", "passage")); // E5 has the latter.
    return names.stream().filter(embedder.prompts()::containsKey).findFirst().orElse(prompt);
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
