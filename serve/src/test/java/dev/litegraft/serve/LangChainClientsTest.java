package dev.litegraft.serve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.jina.JinaScoringModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.TextEmbedder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's clients of OpenAI and of Jina ask this server. */
class LangChainClientsTest {
  private static final String TOKEN = "t0ken";
  private static final List<TextSegment> SEGMENTS =
      List.of("a book", "the play was long", "bread").stream().map(TextSegment::from).toList();

  @TempDir private Path folder;

  @Test
  void vectorsAndScoresAreThoseOfTheLibrary() throws Exception {
    ConvertedFiles files = new ConvertedFiles(folder);
    Path embedding = files.task("bi-encoder");
    Path ranking = files.task("cross-encoder");
    ServeOptions options = ServeOptions.defaults().withPort(0).withToken(TOKEN);
    try (ModelServer server = ModelServer.start(List.of(embedding, ranking), options, fault -> {});
        TextEmbedder embedder = TextEmbedder.open(embedding);
        Reranker reranker = Reranker.open(ranking)) {
      OpenAiEmbeddingModel openAi =
          OpenAiEmbeddingModel.builder()
              .baseUrl(server.address() + "/v1")
              .apiKey(TOKEN)
              .modelName("bi-encoder")
              .maxRetries(0)
              .build();
      Response<List<Embedding>> found = openAi.embedAll(SEGMENTS);
      assertThat(requireNonNull(found.tokenUsage()).inputTokenCount()).isPositive();
      for (int i = 0; i < SEGMENTS.size(); i++) {
        Embedding own = Embedding.from(embedder.embed(SEGMENTS.get(i).text()).vector());
        own.normalize();
        float[] vector = found.content().get(i).vector();
        for (int k = 0; k < vector.length; k++) {
          assertThat(vector[k]).isCloseTo(own.vector()[k], within(1e-6f));
        }
      }
      JinaScoringModel jina =
          JinaScoringModel.builder()
              .baseUrl(server.address() + "/v1/")
              .apiKey(TOKEN)
              .modelName("cross-encoder")
              .maxRetries(0)
              .build();
      List<Double> scores = jina.scoreAll(SEGMENTS, "a good book").content();
      List<String> texts = SEGMENTS.stream().map(TextSegment::text).toList();
      reranker
          .rank("a good book", texts)
          .forEach(
              one ->
                  assertThat(scores.get(one.index()))
                      .isCloseTo(1 / (1 + Math.exp(-one.logit())), within(1e-6)));
      assertThat(IntStream.range(0, 3).boxed().toList()).hasSameSizeAs(scores);
      OpenAiEmbeddingModel stranger =
          OpenAiEmbeddingModel.builder()
              .baseUrl(server.address() + "/v1")
              .apiKey("wrong")
              .modelName("bi-encoder")
              .maxRetries(0)
              .build();
      assertThatThrownBy(() -> stranger.embed("a"))
          .isInstanceOf(dev.langchain4j.exception.AuthenticationException.class)
          .hasMessageContaining("invalid_api_key");
    }
  }
}
