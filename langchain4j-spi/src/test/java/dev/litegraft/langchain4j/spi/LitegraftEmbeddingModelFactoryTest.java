package dev.litegraft.langchain4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.spi.ServiceHelper;
import dev.langchain4j.spi.model.embedding.EmbeddingModelFactory;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import dev.litegraft.examples.ConvertedFiles;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j finds the factory where nobody names an embedding model. */
class LitegraftEmbeddingModelFactoryTest {
  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(LitegraftEmbeddingModelFactory.FILE);
  }

  @Test
  void anIngestorThatIsToldOfNoModelUsesTheFile() throws Exception {
    Path file = new ConvertedFiles(folder).task("bi-encoder");
    System.setProperty(LitegraftEmbeddingModelFactory.FILE, file.toString());
    InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
    EmbeddingStoreIngestor.builder()
        .embeddingStore(store)
        .build()
        .ingest(Document.from("a good book"));
    assertThat(store.serializeToJson()).contains("a good book");
  }

  @Test
  void itIsTheOnlyFactoryAndSaysWhatIsMissing() {
    Collection<EmbeddingModelFactory> found =
        ServiceHelper.loadFactories(EmbeddingModelFactory.class);
    assertThat(found).hasSize(1);
    EmbeddingModelFactory factory = found.iterator().next();
    assertThatThrownBy(factory::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("-Dlitegraft.embedding.file=");
  }
}
