package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.runtime.Outcome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of many texts the one at fault is named, wherever it stood in the model's batch. */
@Timeout(600)
class NamedTextsTest {
  @TempDir private static Path folder;
  private static ModelServer server;
  private static Asking asking;

  @BeforeAll
  static void start() throws IOException {
    ServeOptions options = ServeOptions.defaults().withPort(0);
    Path file = new ConvertedFiles(folder).task("static");
    server =
        ModelServer.start(
            List.of(file),
            options,
            fault -> {
              throw new AssertionError(fault);
            });
    asking = Asking.of(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String texts() {
    List<String> texts = new ArrayList<>(Collections.nCopies(200, "\"a book\""));
    texts.set(190, "\"\"");
    return String.join(",", texts);
  }

  @Test
  void openAisParamIsThePlaceInTheRequest() throws Exception {
    HttpResponse<String> many = asking.post("/v1/embeddings", "{\"input\":[" + texts() + "]}");
    assertThat(many.statusCode()).as(many.body()).isEqualTo(400);
    assertThat(((Map<?, ?>) Asking.json(many).getOrDefault("error", Map.of())).get("param"))
        .isEqualTo("input[190]");
    HttpResponse<String> one = asking.post("/v1/embeddings", "{\"input\":\"\"}");
    assertThat(((Map<?, ?>) Asking.json(one).getOrDefault("error", Map.of())).get("param"))
        .isEqualTo("input");
  }

  @Test
  void textEmbeddingsInferencesMessageNamesTheText() throws Exception {
    HttpResponse<String> many = asking.post("/embed", "{\"inputs\":[" + texts() + "]}");
    assertThat(many.statusCode()).as(many.body()).isEqualTo(422);
    assertThat(String.valueOf(Asking.json(many).get("error"))).startsWith("`inputs[190]`: ");
    String pair = "{\"inputs\":{\"source_sentence\":\"%s\",\"sentences\":[\"a\",\"%s\"]}}";
    assertThat(asking.post("/similarity", pair.formatted("a", "")).body())
        .contains("`inputs.sentences[1]`: ");
    assertThat(asking.post("/similarity", pair.formatted("", "a")).body())
        .contains("`inputs.source_sentence`: ");
  }

  @Test
  void charactersAreCountedBeyondWhatAnIntHolds() {
    assertThat(TeiPaths.characters("x".repeat(2_000_000), Collections.nCopies(2048, "bb")))
        .isEqualTo(2_000_002L * 2048);
  }

  @Test
  void aPlaceInABatchIsNotThePlaceInTheRequest() {
    Outcome<String, String> right = new Outcome<>(30, "a", Optional.of("A"), Optional.empty());
    Outcome<String, String> wrong =
        new Outcome<>(
            62,
            "b",
            Optional.empty(),
            Optional.of(new InvalidRequestException("it has no token", "m", "leave it out")));
    assertThatThrownBy(
            () ->
                Asked.all(
                    CompletableFuture.completedFuture(List.of(right, wrong)),
                    Asked.list("documents")))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.field()).contains("documents[1]"))
        .hasMessage("`documents[1]`: it has no token; leave it out");
  }
}
