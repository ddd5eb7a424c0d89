package dev.litegraft.springai;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What an application's properties say.
 *
 * @param embedding {@code litegraft.embedding.file} and {@code .prompt}
 * @param classifier {@code litegraft.classifier.file}
 * @param reranker {@code litegraft.reranker.file}
 * @param threads {@code litegraft.threads}: of one call; default: one for each processor, at most
 *     four
 */
@ConfigurationProperties("litegraft")
public record LitegraftProperties(
    @Nullable Model embedding,
    @Nullable Model classifier,
    @Nullable Model reranker,
    @Nullable Integer threads) {
  /**
   * A model.
   *
   * @param file the path of a {@code .tflite}, or {@code classpath:} and a name
   * @param prompt of an embedder: the name of the prompt that stands before texts
   */
  public record Model(@Nullable String file, @Nullable String prompt) {}
}
