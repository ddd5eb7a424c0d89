package dev.litegraft.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.classification.ScoredLabel;
import dev.langchain4j.classification.TextClassifier;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.moderation.Moderation;
import dev.langchain4j.model.moderation.ModerationModel;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.AugmentationRequest;
import dev.langchain4j.rag.AugmentationResult;
import dev.langchain4j.rag.DefaultRetrievalAugmentor;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Metadata;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Cosine;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.TextEmbedder;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four models, asked by LangChain4j's own classes, beside the library. */
class LangChain4jTest {
  private static final String GOOD = "이 영화 정말 재미있어요";
  private static final String BAD = "돈이 아깝다. 최악의 영화";
  private static final List<String> TEXTS =
      List.of("a book", "the play was long and good", "bread", "a good book of plays");

  @TempDir private static Path folder;

  private static Path reviews = Path.of("");
  private static Path embedding = Path.of("");
  private static Path ranking = Path.of("");

  @BeforeAll
  static void convert() throws Exception {
    ConvertedFiles files = new ConvertedFiles(folder);
    reviews = files.reviews(Recipe.F32);
    embedding = files.task("bi-encoder-prompts");
    ranking = files.task("cross-encoder");
  }

  private static List<TextSegment> segments() {
    return TEXTS.stream().map(TextSegment::from).toList();
  }

  @Test
  void aClassifierGivesAllLabelsWithTheirProbabilities() throws Exception {
    try (LitegraftTextClassifier opened =
            LitegraftTextClassifier.builder().file(reviews.toString()).threads(1).build();
        dev.litegraft.runtime.TextClassifier own =
            dev.litegraft.runtime.TextClassifier.open(reviews)) {
      TextClassifier<String> classifier = opened;
      for (String text : List.of(GOOD, BAD)) {
        Classification expected = own.classify(text);
        List<ScoredLabel<String>> labels = classifier.classifyWithScores(text).scoredLabels();
        assertThat(labels).extracting(ScoredLabel::label).containsOnly("positive", "negative");
        assertThat(labels.get(0).label()).isEqualTo(expected.label());
        assertThat(labels.get(0).score()).isCloseTo(expected.score(), within(1e-6));
        assertThat(labels.get(0).score() + labels.get(1).score()).isCloseTo(1, within(1e-6));
        assertThat(classifier.classify(TextSegment.from(text))).containsExactly(expected.label());
      }
    }
  }

  @Test
  void vectorsAreTheLibrarysOneByOneAndTogether() throws Exception {
    try (LitegraftEmbeddingModel model =
            LitegraftEmbeddingModel.builder().file(embedding.toString()).prompt("query").build();
        TextEmbedder own = TextEmbedder.open(embedding)) {
      List<float[]> vectors =
          model.embedAll(segments()).content().stream().map(e -> e.vector()).toList();
      for (int i = 0; i < TEXTS.size(); i++) {
        float[] expected = own.embed(TEXTS.get(i), "query").vector();
        assertThat(vectors.get(i)).containsExactly(expected, within(1e-6f));
        assertThat(model.embed(TEXTS.get(i)).content().vector())
            .containsExactly(expected, within(1e-6f));
      }
      assertThat(model.dimension()).isEqualTo(vectors.get(0).length);
      assertThat(model.embedAll(List.of()).content()).isEmpty();
    }
  }

  /** As a retriever asks that was told which kind of texts it has. */
  @Test
  void queriesAndPassagesHaveTheFilesPromptsForThem() throws Exception {
    try (LitegraftEmbeddingModel model =
            LitegraftEmbeddingModel.builder().file(embedding.toString()).build();
        TextEmbedder own = TextEmbedder.open(embedding)) {
      EmbeddingRequest.Builder request = EmbeddingRequest.builder().input("a book");
      assertThat(own.prompts()).containsKeys("query", "passage").doesNotContainKey("document");
      assertThat(vector(model, request.inputType(EmbeddingInputType.QUERY).build()))
          .containsExactly(own.embed("a book", "query").vector(), within(1e-6f));
      assertThat(vector(model, request.inputType(EmbeddingInputType.DOCUMENT).build()))
          .containsExactly(own.embed("a book", "passage").vector(), within(1e-6f))
          .isNotEqualTo(own.embed("a book").vector());
      assertThat(model.embed("a book").content().vector())
          .containsExactly(own.embed("a book").vector(), within(1e-6f));
    }
  }

  /** Of a file that names a prompt for queries alone, whatever the builder was told. */
  @Test
  void aDocumentNeverHasThePromptOfQueries() throws Exception {
    Path checkpoint = Path.of("../cli/src/test/resources/tasks/bi-encoder-prompts/model");
    Path copy = folder.resolve("queries");
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(checkpoint.relativize(file).toString()));
      }
    }
    Path settings = copy.resolve("config_sentence_transformers.json");
    String read = Files.readString(settings);
    assertThat(read).contains("\"passage\": \"text about \", ");
    Files.writeString(settings, read.replace("\"passage\": \"text about \", ", ""));
    Path file = folder.resolve("queries.tflite");
    Converter.of(copy)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
        .convert(file);
    try (LitegraftEmbeddingModel model =
            LitegraftEmbeddingModel.builder().file(file.toString()).prompt("query").build();
        TextEmbedder own = TextEmbedder.open(file)) {
      assertThat(own.queryPrompt()).contains("query");
      assertThat(own.documentPrompt()).isEmpty();
      EmbeddingRequest.Builder request = EmbeddingRequest.builder().input("a book");
      assertThat(vector(model, request.inputType(EmbeddingInputType.DOCUMENT).build()))
          .containsExactly(own.embed("a book").vector(), within(1e-6f))
          .isNotEqualTo(own.embed("a book", "query").vector());
      assertThat(model.embed("a book").content().vector())
          .containsExactly(own.embed("a book", "query").vector(), within(1e-6f));
    }
  }

  /** So that products of them stay cosines, as stores take them for. */
  @Test
  void theFirstNumbersOfAVectorAreMadeToLength1WhereTheFilesAre() throws Exception {
    Path other = new ConvertedFiles(folder).task("bi-encoder");
    EmbeddingRequest request = EmbeddingRequest.builder().input("a book").dimensions(5).build();
    try (LitegraftEmbeddingModel unit =
            LitegraftEmbeddingModel.builder().file(other.toString()).build();
        LitegraftEmbeddingModel free =
            LitegraftEmbeddingModel.builder().file(embedding.toString()).build();
        TextEmbedder own = TextEmbedder.open(other);
        TextEmbedder ownFree = TextEmbedder.open(embedding)) {
      float[] whole = own.embed("a book").vector();
      float[] first = Arrays.copyOf(whole, 5);
      double norm = Cosine.norm(first);
      assertThat(Cosine.norm(whole)).isCloseTo(1, within(1e-5));
      assertThat(norm).isLessThan(0.99);
      for (int i = 0; i < first.length; i++) {
        first[i] /= (float) norm;
      }
      assertThat(vector(unit, request)).containsExactly(first, within(1e-6f));
      assertThat(vector(free, request))
          .containsExactly(Arrays.copyOf(ownFree.embed("a book").vector(), 5), within(1e-6f));
      assertThat(Cosine.norm(vector(free, request))).isNotCloseTo(1, within(0.01));
    }
  }

  @Test
  void aModelHasOneShortNameThatSaysNothingOfFolders() {
    try (LitegraftEmbeddingModel model =
        LitegraftEmbeddingModel.builder().file(embedding.toString()).build()) {
      String file = String.valueOf(embedding.getFileName());
      assertThat(file).endsWith(".tflite");
      assertThat(model.modelName()).isEqualTo(file.substring(0, file.length() - 7));
      assertThat(model.embed(EmbeddingRequest.builder().input("a").build()).metadata().modelName())
          .isEqualTo(model.modelName());
    }
  }

  /** As a framework calls them that fills builders from properties which nobody set. */
  @Test
  void aNullIsTheDefault() {
    try (LitegraftEmbeddingModel model =
        LitegraftEmbeddingModel.builder()
            .file(embedding.toString())
            .threads(null)
            .prompt(null)
            .build()) {
      assertThat(model.embed("a book").content().vector()).isNotEmpty();
    }
    LitegraftModerationModel.Builder none =
        LitegraftModerationModel.builder().file(reviews.toString()).flaggedLabels(null);
    assertThatThrownBy(none::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flaggedLabels [], the file has [negative, positive]");
  }

  private static float[] vector(LitegraftEmbeddingModel model, EmbeddingRequest request) {
    return model.embed(request).embeddings().get(0).vector();
  }

  @Test
  void scoresAreInTheOrderOfTheTexts() throws Exception {
    try (LitegraftScoringModel opened =
            LitegraftScoringModel.builder().file(ranking.toString()).build();
        Reranker own = Reranker.open(ranking)) {
      ScoringModel model = opened;
      List<Double> scores = model.scoreAll(segments(), "good books").content();
      for (RankedText one : own.rank("good books", TEXTS)) {
        assertThat(scores.get(one.index())).isCloseTo(one.score(), within(1e-6));
      }
      assertThat(model.score("a book", "good books").content())
          .isCloseTo(scores.get(0), within(1e-6));
      assertThat(model.scoreAll(List.of(), "q").content()).isEmpty();
    }
  }

  @Test
  void theFirstTextWithAFlaggedLabelIsNamed() {
    try (LitegraftModerationModel opened =
        LitegraftModerationModel.builder()
            .file(reviews.toString())
            .flaggedLabels("negative")
            .build()) {
      ModerationModel model = opened;
      Moderation flagged =
          model.moderate(List.of(UserMessage.from(GOOD), UserMessage.from(BAD))).content();
      assertThat(flagged.flagged()).isTrue();
      assertThat(flagged.flaggedText()).isEqualTo(BAD);
      assertThat(model.moderate(GOOD).content().flagged()).isFalse();
    }
    LitegraftModerationModel.Builder other =
        LitegraftModerationModel.builder().file(reviews.toString()).flaggedLabels("toxic, insult");
    assertThatThrownBy(other::build)
        .hasMessageContaining("[toxic, insult], the file has [negative, positive]");
  }

  @Test
  void whatWasRetrievedIsOrderedByTheReranker() {
    try (LitegraftEmbeddingModel model =
            LitegraftEmbeddingModel.builder().file(embedding.toString()).build();
        LitegraftScoringModel scoring =
            LitegraftScoringModel.builder().file(ranking.toString()).build()) {
      InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
      store.addAll(model.embedAll(segments()).content(), segments());
      DefaultRetrievalAugmentor augmentor =
          DefaultRetrievalAugmentor.builder()
              .contentRetriever(
                  EmbeddingStoreContentRetriever.builder()
                      .embeddingModel(model)
                      .embeddingStore(store)
                      .maxResults(3)
                      .build())
              .contentAggregator(
                  ReRankingContentAggregator.builder().scoringModel(scoring).maxResults(2).build())
              .build();
      UserMessage question = UserMessage.from("good books");
      AugmentationResult result =
          augmentor.augment(
              new AugmentationRequest(question, Metadata.from(question, "chat", List.of())));
      List<String> found =
          result.contents().stream().map(Content::textSegment).map(TextSegment::text).toList();
      List<Double> scores =
          found.stream().map(text -> scoring.score(text, "good books").content()).toList();
      assertThat(found).hasSize(2);
      assertThat(scores.get(0)).isGreaterThanOrEqualTo(scores.get(1));
      assertThat(result.chatMessage().toString()).contains(found.get(0));
    }
  }

  @Test
  void faultsAreLangChain4jsOwn() throws Exception {
    LitegraftTextClassifier.Builder other =
        LitegraftTextClassifier.builder().file(embedding.toString());
    assertThatThrownBy(other::build)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("gives embeddings of texts, and no labels");
    LitegraftEmbeddingModel.Builder none = LitegraftEmbeddingModel.builder();
    assertThatThrownBy(none::build).hasMessageContaining("path of a .tflite file");
    String missing = folder.resolve("none.tflite").toString();
    assertThatThrownBy(() -> LitegraftScoringModel.builder().file(missing).build())
        .isInstanceOf(LangChain4jException.class)
        .hasMessageContaining("none.tflite");
    Path broken = Files.writeString(folder.resolve("broken.tflite"), "no file of this kind");
    assertThatThrownBy(() -> LitegraftScoringModel.builder().file(broken.toString()).build())
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> LitegraftModerationModel.builder().file(reviews.toString()).build())
        .hasMessageContaining("flaggedLabels [], the file has [negative, positive]");
    try (LitegraftEmbeddingModel model =
            LitegraftEmbeddingModel.builder().file(embedding.toString()).prompt("nobody").build();
        LitegraftScoringModel scoring =
            LitegraftScoringModel.builder().file(ranking.toString()).build()) {
      assertThatThrownBy(() -> model.embed("a book"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("nobody");
      assertThatThrownBy(() -> scoring.score("a", "book ".repeat(600)))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  /** Without imports, comments and empty ones: an adapter that grows does the library's work. */
  @Test
  void theAdapterHasAtMost200Lines() throws Exception {
    Path sources = Path.of("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      List<String> lines = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
      assertThat(lines)
          .filteredOn(line -> !line.matches("\\s*|import .*|\\s*(//|/?\\*).*"))
          .hasSizeBetween(100, 200);
    }
  }

  @Test
  void nothingOfTheLibraryLeaksThrough() {
    List<Class<?>> types =
        List.of(
            LitegraftTextClassifier.class,
            LitegraftTextClassifier.Builder.class,
            LitegraftScoringModel.class,
            LitegraftScoringModel.Builder.class,
            LitegraftEmbeddingModel.class,
            LitegraftEmbeddingModel.Builder.class,
            LitegraftModerationModel.class,
            LitegraftModerationModel.Builder.class);
    for (Class<?> type : types) {
      for (Method method : type.getMethods()) {
        assertThat(
                Stream.concat(
                        Stream.of(method.getReturnType()),
                        Arrays.stream(method.getParameterTypes()))
                    .map(Class::getName)
                    .filter(name -> name.startsWith("dev.litegraft.")))
            .as(method.toString())
            .allMatch(name -> name.startsWith("dev.litegraft.langchain4j."));
      }
    }
  }
}
