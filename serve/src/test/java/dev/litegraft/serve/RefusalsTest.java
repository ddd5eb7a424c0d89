package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that cannot be answered, each refused in the words of its own interface. */
@Timeout(600)
class RefusalsTest {
  private static final int MAX_BODY = 20_000;
  private static final String TOKEN = "s3cret-token";

  @TempDir private static Path folder;
  private static ModelServer server;
  private static Asking asking;

  @BeforeAll
  static void start() throws IOException {
    ConvertedFiles files = new ConvertedFiles(folder);
    server =
        ModelServer.start(
            List.of(
                files.task("bi-encoder"), files.task("cross-encoder"), files.task("logit-score")),
            ServeOptions.defaults().withPort(0).withLimits(MAX_BODY, 8, 16),
            fault -> {
              throw new AssertionError(fault);
            });
    asking = Asking.of(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/predict        | 422 | {}                                    | `inputs` is missing",
        "/predict        | 422 | {'inputs':3}                          | must be a string, a pair",
        "/predict        | 422 | {'inputs':['a','b','c']}              | must be a string, a pair",
        "/predict        | 422 | {'inputs':[['a'],'b']}                | `inputs[1]` must be",
        "/predict        | 422 | {'inputs':[['a'],[]]}                 | `inputs[1]` must be",
        "/predict        | 400 | {'inputs':[]}                         | cannot be empty",
        "/predict        | 400 | {'inputs':'a'                         | the body is not JSON",
        "/predict        | 400 | ['a']                                 | a JSON object is needed",
        "/predict        | 400 | {'inputs':'a','inputs':'b'}           | Duplicate field",
        "/predict        | 404 | {'inputs':'a','model':'x'}            | `x` does not exist",
        "/predict        | 424 | {'inputs':'a','model':'bi-encoder'}   | is not a classifier model",
        "/predict        | 422 | {'inputs':'a','raw_scores':'yes'}     | must be true or false",
        "/embed          | 422 | {'inputs':'a','dimensions':0}         | a whole number from 1 on",
        "/embed          | 422 | {'inputs':'a','dimensions':4096}      | and the vector has",
        "/embed          | 422 | {'inputs':'a','prompt_name':'x'}      | no prompt",
        "/embed          | 422 | {'inputs':'a','truncation_direction':'left'} | right end",
        "/embed          | 422 | {'inputs':['a',null]}                 | `inputs[1]` must be a"
            + " string",
        "/embed          | 413 | {'inputs':['1','2','3','4','5','6','7','8','9']} | maximum"
            + " allowed",
        "/embed_sparse   | 424 | {'inputs':'a'}                        | none of the served files",
        "/               | 422 | {'inputs':'a'}                        | several files can answer",
        "/rerank         | 424 | {'query':'a','texts':['b'],'model':'bi-encoder'} | not a"
            + " re-ranker",
        "/rerank         | 422 | {'texts':['a'],'model':'cross-encoder'} | `query` is missing",
        "/rerank         | 400 | {'query':'a','texts':[],'model':'cross-encoder'} | cannot be"
            + " empty",
        "/rerank         | 422 | {'query':'a','texts':['b']}           | several files can answer",
      })
  void textEmbeddingsInference(String path, int status, String json, String message)
      throws Exception {
    HttpResponse<String> response = asking.post(path, json.replace('\'', '"'));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    Map<String, ?> body = Asking.json(response);
    assertThat(body).containsOnlyKeys("error", "error_type");
    assertThat(String.valueOf(body.get("error"))).contains(message);
    assertThat(body.get("error_type"))
        .isEqualTo(
            switch (status) {
              case 424 -> "Backend";
              case 400 ->
                  String.valueOf(body.get("error")).contains("be empty") ? "Empty" : "Validation";
              default -> "Validation";
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "400 | {}                                    | input           | ",
        "400 | {'input':[]}                          |                 | ",
        "400 | {'input':'a','encoding_format':'x'}   | encoding_format | ",
        "400 | {'input':[1,2]}                       | input           | ",
        "400 | {'input':[[1],[2]]}                   | input           | ",
        "400 | {'input':'a','dimensions':-1}         | dimensions      | ",
        "404 | {'input':'a','model':'text-x'}        |                 | model_not_found",
        "400 | {'input':'a','model':'cross-encoder'} | model           | ",
        "400 | {                                     |                 | ",
      })
  void openAi(int status, String json, String param, String code) throws Exception {
    HttpResponse<String> response = asking.post("/v1/embeddings", json.replace('\'', '"'));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    Map<?, ?> error =
        (Map<?, ?>) java.util.Objects.requireNonNull(Asking.json(response).get("error"));
    assertThat(error.keySet().toString()).isEqualTo("[message, type, param, code]");
    assertThat(error.get("type")).isEqualTo("invalid_request_error");
    assertThat(error.get("param")).isEqualTo(param);
    assertThat(error.get("code")).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "400 | {'query':'a'}                                      | `documents` is missing",
        "400 | {'query':'a','documents':[{'title':'b'}]}          | `documents[0]` must be",
        "400 | {'query':'a','documents':['b'],'top_n':0}          | `top_n` must be",
        "400 | {'query':'a','documents':['b'],'rank_fields':['x']}| is not known here",
        "404 | {'query':'a','documents':['b'],'model':'x'}        | does not exist",
      })
  void jinaAndCohere(int status, String json, String message) throws Exception {
    String named =
        json.contains("model")
            ? json
            : json.replace("{'query'", "{'model':'cross-encoder','query'");
    HttpResponse<String> response = asking.post("/v1/rerank", named.replace('\'', '"'));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(Asking.json(response)).containsOnlyKeys("message", "detail");
    assertThat(response.body()).contains(message);
  }

  @Test
  void aQueryThatLeavesNoRoomIsRefused() throws Exception {
    HttpResponse<String> response =
        asking.post(
            "/rerank?model=cross-encoder",
            "{\"query\":" + Asking.quoted("book ".repeat(600)) + ",\"texts\":[\"a\"]}");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("nothing is left for a text");
  }

  /** Of a language model that judges the template takes room, too; it reads long texts cut. */
  @Test
  void aQueryThatAJudgeHasNoRoomForIsNamedAndNotATextOfIts() throws Exception {
    String query = Asking.quoted("book ".repeat(600));
    String texts = Asking.quoted("book ".repeat(600)) + ",\"a\"]}";
    HttpResponse<String> response =
        asking.post("/rerank?model=logit-score", "{\"query\":" + query + ",\"texts\":[" + texts);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
    assertThat(response.body()).contains("`query`: ", "nothing is left").doesNotContain("texts[");
    HttpResponse<String> cut =
        asking.post("/rerank?model=logit-score", "{\"query\":\"a\",\"texts\":[" + texts);
    assertThat(cut.statusCode()).as(cut.body()).isEqualTo(200);
  }

  @Test
  void aLongTextIsCutOrRefusedAsIsAskedFor() throws Exception {
    String input = "{\"inputs\":" + Asking.quoted("book ".repeat(600));
    assertThat(asking.post("/embed", input + "}").statusCode()).isEqualTo(200);
    HttpResponse<String> whole = asking.post("/embed", input + ",\"truncate\":false}");
    assertThat(whole.statusCode()).isEqualTo(413);
    assertThat(whole.body()).contains("more tokens than the model reads");
  }

  @Test
  void pathsAndMethodsAreNamed() throws Exception {
    assertThat(asking.get("/predict").statusCode()).isEqualTo(405);
    assertThat(asking.get("/predict").headers().firstValue("Allow")).contains("POST");
    assertThat(asking.post("/info", "{}").statusCode()).isEqualTo(405);
    assertThat(asking.get("/none").statusCode()).isEqualTo(404);
    HttpResponse<String> unknown = asking.post("/v1/chat/completions", "{}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(Asking.json(unknown)).containsOnlyKeys("error");
    assertThat(unknown.body())
        .contains("\"type\":\"invalid_request_error\"", "/v1/models/NAME")
        .doesNotContain("cross-encoder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "NAME", "org/name"})
  void aModelThatIsNotServedHasTheCodeOfOpenAi(String name) throws Exception {
    HttpResponse<String> response = asking.get("/v1/models/" + name);
    assertThat(response.statusCode()).isEqualTo(404);
    Map<?, ?> error =
        (Map<?, ?>) java.util.Objects.requireNonNull(Asking.json(response).get("error"));
    assertThat(error.get("code")).isEqualTo("model_not_found");
    assertThat(String.valueOf(error.get("message"))).contains("`" + name + "` does not exist");
  }

  @Test
  void otherContentIsRefused() throws Exception {
    String json = "{\"inputs\":\"a\"}";
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "json")) {
      assertThat(asking.post("/embed", json, "Content-Type", type).statusCode()).isEqualTo(415);
    }
    assertThat(asking.post("/embed", json, new String[0]).statusCode()).isEqualTo(415);
    String[] latin = {"Content-Type", "application/json; charset=iso-8859-1"};
    assertThat(asking.post("/embed", json, latin).statusCode()).isEqualTo(415);
    String[] zipped = {"Content-Type", "application/json", "Content-Encoding", "gzip"};
    assertThat(asking.post("/embed", json, zipped).statusCode()).isEqualTo(415);
    String[] utf8 = {"Content-Type", "Application/JSON; charset=UTF-8"};
    assertThat(asking.post("/embed", json, utf8).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedHoweverItIsSent() throws Exception {
    String large = "{\"inputs\":" + Asking.quoted("a".repeat(MAX_BODY)) + "}";
    HttpResponse<String> response = asking.post("/embed", large);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("at most 20000 bytes");
    String chunked =
        Wire.ask(
            server,
            "POST /embed HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + ("1000\r\n" + "a".repeat(4096) + "\r\n").repeat(6)
                + "0\r\n\r\n");
    assertThat(chunked).startsWith("HTTP/1.1 413");
  }

  @Test
  void aClientThatStopsInTheMiddleGets408() throws Exception {
    Path file = new ConvertedFiles(folder).task("bi-encoder");
    ServeOptions brief =
        ServeOptions.defaults().withPort(0).withTimes(Duration.ofSeconds(1), Duration.ofSeconds(5));
    String head =
        "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    String answer;
    try (ModelServer impatient = ModelServer.start(List.of(file), brief, fault -> {})) {
      answer = Wire.ask(impatient, head + "Content-Length: 100\r\n\r\n{\"input\"");
    }
    assertThat(answer).startsWith("HTTP/1.1 408").contains("Connection: close");
    Map<String, ?> body =
        Json.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4), "the answer");
    assertThat(body).containsOnlyKeys("error");
  }

  @Test
  void aNameOfAStrangersThatLeadsHereIsRefused() throws Exception {
    String answer = Wire.ask(server, "GET /info HTTP/1.1\r\nHost: stranger.example\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 403");
    assertThat(Wire.ask(server, "GET /info HTTP/1.1\r\nHost: LOCALHOST:8080\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aTokenIsAskedForAndNeverShown() throws Exception {
    ServeOptions options = ServeOptions.defaults().withPort(0).withToken(TOKEN);
    assertThat(options.toString()).doesNotContain(TOKEN);
    Path file = new ConvertedFiles(folder).task("cross-encoder");
    try (ModelServer guarded = ModelServer.start(List.of(file), options, fault -> {})) {
      Asking asked = Asking.of(guarded);
      String json = "{\"inputs\":\"a\"}";
      for (String sent : List.of("", "Bearer", "Bearer wrong", "Basic " + TOKEN, TOKEN)) {
        String[] headers = {"Content-Type", "application/json", "Authorization", sent};
        HttpResponse<String> refused = asked.post("/predict", json, headers);
        assertThat(refused.statusCode()).as(sent).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(refused.body()).doesNotContain(TOKEN);
      }
      String[] right = {"Content-Type", "application/json", "Authorization", "bearer " + TOKEN};
      assertThat(asked.post("/predict", json, right).statusCode()).isEqualTo(200);
      HttpResponse<String> openAi = asked.post("/v1/embeddings", "{\"input\":\"a\"}");
      assertThat(openAi.body()).contains("\"code\":\"invalid_api_key\"");
      for (String path :
          List.of("/info", "/none", "/v1/none", "/v1/models/cross-encoder", "/v1/models/x")) {
        HttpResponse<String> refused = asked.get(path);
        assertThat(refused.statusCode()).as(path).isEqualTo(401);
        assertThat(refused.body()).as(path).doesNotContain("cross-encoder");
      }
      assertThat(asked.get("/health").statusCode()).isEqualTo(200);
    }
  }
}
