package dev.litegraft.springai;

import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Makes vectors of texts; of many at once on all threads. Options may ask for the first {@code
 * dimensions} numbers of each.
 */
public final class LitegraftEmbeddingModel extends AbstractEmbeddingModel implements AutoCloseable {
  private final TextEmbedder embedder;
  private final @Nullable String prompt;

  /**
   * A model over an embedder.
   *
   * @param embedder closed with this
   * @param prompt the name of the file's prompt that stands before texts; null for its usual one
   */
  public LitegraftEmbeddingModel(TextEmbedder embedder, @Nullable String prompt) {
    this.embedder = embedder;
    this.prompt = prompt;
  }

  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    EmbeddingOptions options = request.getOptions();
    Integer dimensions = options == null ? null : options.getDimensions();
    List<TextEmbedding> all;
    try (Stream<Outcome<String, TextEmbedding>> answers =
        answers(request.getInstructions().stream())) {
      all = answers.map(Outcome::orThrow).toList();
    }
    List<Embedding> embeddings =
        IntStream.range(0, all.size())
            .mapToObj(i -> new Embedding(vector(all.get(i), dimensions), i))
            .toList();
    int tokens = all.stream().mapToInt(TextEmbedding::tokens).sum();
    return new EmbeddingResponse(
        embeddings,
        new EmbeddingResponseMetadata(embedder.model().where(), new DefaultUsage(tokens, 0)));
  }

  private Stream<Outcome<String, TextEmbedding>> answers(Stream<String> texts) {
    return prompt == null ? embedder.embedAll(texts) : embedder.embedAll(texts, prompt);
  }

  private static float[] vector(TextEmbedding embedding, @Nullable Integer dimensions) {
    return dimensions == null ? embedding.vector() : embedding.leading(dimensions).vector();
  }

  @Override
  public float[] embed(Document document) {
    String text = document.getText();
    if (text == null) {
      throw new IllegalArgumentException("document " + document.getId() + " has no text");
    }
    return embed(text);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
