package dev.litegraft.springai;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.LitegraftException;
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
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Makes vectors of texts; of many at once on all threads. Options may ask for the first {@code
 * dimensions} numbers of each. Documents have the file's prompt {@code document} or {@code passage}
 * before them, and one text alone, as stores embed a query, {@code query}, where it has them.
 */
public final class LitegraftEmbeddingModel extends AbstractEmbeddingModel implements AutoCloseable {
  private final TextEmbedder embedder;
  private final @Nullable String prompt;

  /**
   * A model over an embedder.
   *
   * @param embedder closed with this
   * @param prompt the name of the file's prompt that stands before texts other than documents; null
   *     for its usual one
   */
  public LitegraftEmbeddingModel(TextEmbedder embedder, @Nullable String prompt) {
    this.embedder = embedder;
    this.prompt = prompt;
  }

  /**
   * Vectors of texts that are neither queries nor documents, as far as is known.
   *
   * @throws IllegalArgumentException if a text cannot be embedded, or the options ask for what the
   *     file has not
   */
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    return answer(request.getInstructions(), request.getOptions(), prompt);
  }

  /** The vector of a query: so the stores of Spring AI ask. */
  @Override
  public float[] embed(String text) {
    return one(text, prompt == null ? embedder.queryPrompt().orElse(null) : prompt);
  }

  /** The vector of a document. */
  @Override
  public float[] embed(Document document) {
    return one(text(document), ofDocuments());
  }

  /** The vectors of documents, in order. */
  @Override
  public List<float[]> embed(
      List<Document> documents, EmbeddingOptions options, BatchingStrategy batching) {
    List<String> texts =
        batching.batch(documents).stream()
            .flatMap(List::stream)
            .map(LitegraftEmbeddingModel::text)
            .toList();
    return answer(texts, options, ofDocuments()).getResults().stream()
        .map(Embedding::getOutput)
        .toList();
  }

  private float[] one(String text, @Nullable String named) {
    return answer(List.of(text), null, named).getResult().getOutput();
  }

  private static String text(Document document) {
    String text = document.getText();
    if (text == null) {
      throw new IllegalArgumentException("document " + document.getId() + " has no text");
    }
    return text;
  }

  /** A document never has the prompt that is for queries. */
  private @Nullable String ofDocuments() {
    return embedder.documentPrompt().orElse("query".equals(prompt) ? null : prompt);
  }

  private EmbeddingResponse answer(
      List<String> texts, @Nullable EmbeddingOptions options, @Nullable String named) {
    Integer dimensions = options == null ? null : options.getDimensions();
    try (Stream<Outcome<String, TextEmbedding>> answers =
        named == null
            ? embedder.embedAll(texts.stream())
            : embedder.embedAll(texts.stream(), named)) {
      List<TextEmbedding> all = answers.map(Outcome::orThrow).toList();
      List<Embedding> embeddings =
          IntStream.range(0, all.size())
              .mapToObj(i -> new Embedding(vector(all.get(i), dimensions), i))
              .toList();
      int tokens = all.stream().mapToInt(TextEmbedding::tokens).sum();
      return new EmbeddingResponse(
          embeddings,
          new EmbeddingResponseMetadata(embedder.model().name(), new DefaultUsage(tokens, 0)));
    } catch (InvalidInputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (LitegraftException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private float[] vector(TextEmbedding embedding, @Nullable Integer dimensions) {
    return (dimensions == null ? embedding : embedder.leading(embedding, dimensions)).vector();
  }

  @Override
  public void close() {
    embedder.close();
  }
}
