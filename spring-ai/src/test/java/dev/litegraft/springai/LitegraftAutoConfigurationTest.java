package dev.litegraft.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Cosine;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Beans as Spring Boot makes them. */
class LitegraftAutoConfigurationTest {
  private static final List<String> TEXTS =
      List.of("a book", "the play was long and good", "bread");

  @TempDir private static Path folder;

  private static Path reviews = Path.of("");
  private static Path embedding = Path.of("");
  private static Path ranking = Path.of("");

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(LitegraftAutoConfiguration.class));

  @BeforeAll
  static void convert() throws Exception {
    ConvertedFiles files = new ConvertedFiles(folder);
    reviews = files.reviews(Recipe.F32);
    embedding = files.task("bi-encoder-prompts");
    ranking = files.task("cross-encoder");
  }

  @Test
  void withoutPropertiesThereAreNoBeans() {
    application.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean(EmbeddingModel.class);
          assertThat(context).doesNotHaveBean(TextClassifier.class);
          assertThat(context).doesNotHaveBean(Reranker.class);
        });
  }

  @Test
  void filesThatAreNamedAreBeans() {
    application
        .withPropertyValues(
            "litegraft.embedding.file=" + embedding,
            "litegraft.classifier.file=" + reviews,
            "litegraft.reranker.file=" + ranking,
            "litegraft.threads=1")
        .run(
            context -> {
              assertThat(context.getBean(TextClassifier.class).classify("돈이 아깝다").label())
                  .isEqualTo("negative");
              assertThat(context.getBean(Reranker.class).rank("a book", TEXTS)).hasSize(3);
              EmbeddingModel model = context.getBean(EmbeddingModel.class);
              try (TextEmbedder own = TextEmbedder.open(embedding)) {
                float[] expected = own.embed("a book").vector();
                float[] query = own.embed("a book", "query").vector();
                assertThat(query).isNotEqualTo(expected);
                assertThat(model.embed("a book")).containsExactly(query, within(1e-6f));
                assertThat(model.embed(new Document("a book")))
                    .containsExactly(own.embed("a book", "passage").vector(), within(1e-6f));
                assertThat(model.embed(TEXTS).get(0)).containsExactly(expected, within(1e-6f));
                assertThat(model.dimensions()).isEqualTo(expected.length);
              }
            });
  }

  @Test
  void aPromptAndDimensionsAreTakenFromPropertiesAndOptions() {
    application
        .withPropertyValues(
            "litegraft.embedding.file=" + embedding, "litegraft.embedding.prompt=query")
        .run(
            context -> {
              EmbeddingResponse response =
                  context
                      .getBean(EmbeddingModel.class)
                      .call(
                          new EmbeddingRequest(
                              TEXTS, EmbeddingOptions.builder().dimensions(3).build()));
              assertThat(response.getResults()).hasSize(3);
              assertThat(response.getMetadata().getModel())
                  .isEqualTo(
                      String.valueOf(embedding.getFileName()).replaceFirst("\\.tflite$", ""));
              assertThat(response.getMetadata().getUsage().getTotalTokens()).isPositive();
              try (TextEmbedder own = TextEmbedder.open(embedding)) {
                assertThat(response.getResults().get(2).getOutput())
                    .containsExactly(
                        own.embed("bread", "query").leading(3).vector(), within(1e-6f));
              }
            });
  }

  @Test
  void documentsHaveThePromptForPassages() throws Exception {
    try (TextEmbedder own = TextEmbedder.open(embedding);
        LitegraftEmbeddingModel model =
            new LitegraftEmbeddingModel(TextEmbedder.open(embedding), "query")) {
      float[] passage = own.embed("a book", "passage").vector();
      assertThat(passage).isNotEqualTo(own.embed("a book").vector());
      Document document = new Document("a book");
      assertThat(model.embed(document)).containsExactly(passage, within(1e-6f));
      List<float[]> all =
          model.embed(
              List.of(document, new Document("bread")),
              EmbeddingOptions.builder().dimensions(3).build(),
              new TokenCountBatchingStrategy());
      assertThat(all.get(0))
          .containsExactly(own.embed("a book", "passage").leading(3).vector(), within(1e-6f));
      assertThat(all.get(1))
          .containsExactly(own.embed("bread", "passage").leading(3).vector(), within(1e-6f));
    }
  }

  @Test
  void theFirstNumbersOfAVectorAreMadeToLength1WhereTheFilesAre() throws Exception {
    Path file = new ConvertedFiles(folder).task("bi-encoder");
    EmbeddingOptions three = EmbeddingOptions.builder().dimensions(3).build();
    try (TextEmbedder own = TextEmbedder.open(file);
        LitegraftEmbeddingModel model =
            new LitegraftEmbeddingModel(TextEmbedder.open(file), null)) {
      EmbeddingResponse response = model.call(new EmbeddingRequest(List.of("a book"), three));
      float[] first = own.embed("a book").leading(3).vector();
      assertThat(Cosine.norm(first)).isLessThan(0.99);
      assertThat(Cosine.norm(response.getResult().getOutput())).isCloseTo(1, within(1e-5));
      assertThat(Cosine.similarity(response.getResult().getOutput(), first))
          .isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void faultsAreThoseThatSpringKnows() throws Exception {
    try (LitegraftEmbeddingModel model =
            new LitegraftEmbeddingModel(TextEmbedder.open(embedding), null);
        LitegraftEmbeddingModel unknown =
            new LitegraftEmbeddingModel(TextEmbedder.open(embedding), "nobody")) {
      EmbeddingOptions wide = EmbeddingOptions.builder().dimensions(100_000).build();
      assertThatThrownBy(() -> model.call(new EmbeddingRequest(TEXTS, wide)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("100000");
      assertThatThrownBy(() -> unknown.embed("a book"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nobody");
    }
  }

  @Test
  void aStoreFindsWhatIsNear() {
    application
        .withPropertyValues("litegraft.embedding.file=" + embedding)
        .run(
            context -> {
              SimpleVectorStore store =
                  SimpleVectorStore.builder(context.getBean(EmbeddingModel.class)).build();
              store.add(TEXTS.stream().map(text -> new Document(text, Map.of())).toList());
              List<Document> found =
                  store.similaritySearch(SearchRequest.builder().query("bread").topK(1).build());
              assertThat(found).extracting(Document::getText).containsExactly("bread");
            });
  }

  @Test
  void anotherModelOfTheApplicationsStays() throws Exception {
    ApplicationContextRunner named =
        application.withPropertyValues("litegraft.embedding.file=" + embedding);
    try (LitegraftEmbeddingModel own =
        new LitegraftEmbeddingModel(TextEmbedder.open(embedding), null)) {
      named
          .withBean("own", EmbeddingModel.class, () -> own)
          .run(context -> assertThat(context).getBean(EmbeddingModel.class).isSameAs(own));
    }
    named
        .withPropertyValues("spring.ai.model.embedding=openai")
        .run(context -> assertThat(context).doesNotHaveBean(EmbeddingModel.class));
    named
        .withPropertyValues("spring.ai.model.embedding=litegraft")
        .run(context -> assertThat(context).hasSingleBean(LitegraftEmbeddingModel.class));
  }

  @Test
  void aFileOfTheClassPathIsRead() throws Exception {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      application
          .withClassLoader(loader)
          .withPropertyValues("litegraft.classifier.file=classpath:reviews.tflite")
          .run(context -> assertThat(context).hasSingleBean(TextClassifier.class));
    }
  }

  @Test
  void aFileThatCannotBeUsedFailsTheStartAndSaysWhy() {
    application
        .withPropertyValues("litegraft.classifier.file=" + embedding)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("gives embeddings of texts, and no labels"));
  }

  @Test
  void aFileThatIsNotThereFailsTheStartAndIsNamed() {
    for (String file : List.of(folder.resolve("none.tflite").toString(), "classpath:none.tflite")) {
      application
          .withPropertyValues("litegraft.reranker.file=" + file)
          .run(
              context ->
                  assertThat(context).getFailure().rootCause().hasMessageContaining("none.tflite"));
    }
  }

  @Test
  void springBootFindsTheConfiguration() {
    assertThat(ImportCandidates.load(AutoConfiguration.class, null))
        .contains(LitegraftAutoConfiguration.class.getName());
  }
}
