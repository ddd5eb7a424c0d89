package dev.litegraft.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.litegraft.examples.ConvertedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's own tests of embedding models: all but those of pictures, which are refused. */
class EmbeddingKitTest extends AbstractEmbeddingModelIT {
  @TempDir private static Path folder;
  private final List<LitegraftEmbeddingModel> opened = new ArrayList<>();

  private LitegraftEmbeddingModel open(@Nullable String prompt) {
    try {
      String file = new ConvertedFiles(folder).task("bi-encoder-prompts").toString();
      opened.add(LitegraftEmbeddingModel.builder().file(file).prompt(prompt).build());
      return opened.get(opened.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void close() {
    opened.forEach(LitegraftEmbeddingModel::close);
  }

  /** JUnit closes what it gave to a test, so each test has its own. */
  @Override
  protected List<EmbeddingModel> models() {
    return List.of(open(null));
  }

  @Override
  protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
    return open(null).addListener(listener);
  }

  @Override
  protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
    return open("nobody").addListener(listener);
  }

  @Override
  protected int dimensionsParameter() {
    return 8;
  }

  @Override
  protected boolean supportsImageInput() {
    return false;
  }
}
