package dev.litegraft.langchain4j.spi;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.spi.model.embedding.EmbeddingModelFactory;
import dev.litegraft.langchain4j.LitegraftEmbeddingModel;

/**
 * Opens the file that the system property {@value #FILE} names, or else the variable {@value
 * #VARIABLE} of the environment. In a jar of its own, because LangChain4j refuses two factories on
 * one class path.
 */
public final class LitegraftEmbeddingModelFactory implements EmbeddingModelFactory {
  static final String FILE = "litegraft.embedding.file";
  static final String VARIABLE = "LITEGRAFT_EMBEDDING_FILE";

  /** For {@link java.util.ServiceLoader}. */
  public LitegraftEmbeddingModelFactory() {}

  /**
   * Opens the file.
   *
   * @throws IllegalStateException if none is named
   */
  @Override
  public EmbeddingModel create() {
    String variable = System.getenv(VARIABLE);
    String file = System.getProperty(FILE, variable == null ? "" : variable);
    if (file.isEmpty()) {
      throw new IllegalStateException(
          "litegraft-langchain4j-spi is on the class path, and no file is named\n"
              + "  where: the system property "
              + FILE
              + ", the variable "
              + VARIABLE
              + "\n  try:   -D"
              + FILE
              + "=embedder.tflite, or leave the jar out and build the model yourself");
    }
    return LitegraftEmbeddingModel.builder().file(file).build();
  }
}
