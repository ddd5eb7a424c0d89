package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.examples.ConvertedFiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no well-meant client sends; after each the server answers the next one. */
@Timeout(600)
class HostileRequestsTest {
  private static final String QUESTION = "{\"inputs\":\"a book\"}";
  private static final String HEAD =
      "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  @TempDir private static Path folder;
  private static ModelServer server;
  private static String right = "";

  @BeforeAll
  static void start() throws IOException {
    server =
        ModelServer.start(
            List.of(new ConvertedFiles(folder).task("nli-three")),
            ServeOptions.defaults().withPort(0),
            fault -> {
              throw new AssertionError(fault);
            });
    right = body(Wire.ask(server, Wire.post("/predict", QUESTION)));
    assertThat(right).startsWith("[{");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theNextClientIsAnswered() throws IOException {
    assertThat(body(Wire.ask(server, Wire.post("/predict", QUESTION)))).isEqualTo(right);
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static Wire wire() throws IOException {
    return new Wire(server.address().getPort());
  }

  @Test
  void aConnectionAnswersOneRequestAfterTheOther() throws IOException {
    try (Wire wire = wire()) {
      for (int i = 0; i < 5; i++) {
        wire.send(Wire.post("/predict", QUESTION));
        assertThat(body(wire.answer())).isEqualTo(right);
      }
    }
  }

  @Test
  void requestsThatDoNotWaitForAnswersAreAnsweredInOrder() throws IOException {
    String other = "{\"inputs\":\"bread\"}";
    String expected = body(Wire.ask(server, Wire.post("/predict", other)));
    assertThat(expected).isNotEqualTo(right);
    try (Wire wire = wire()) {
      wire.send(
          Wire.post("/predict", QUESTION)
              + Wire.post("/predict", other)
              + "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
              + Wire.post("/predict", QUESTION));
      assertThat(body(wire.answer())).isEqualTo(right);
      assertThat(body(wire.answer())).isEqualTo(expected);
      assertThat(wire.answer()).startsWith("HTTP/1.1 200");
      assertThat(body(wire.answer())).isEqualTo(right);
    }
  }

  @Test
  void aBodyThatComesInPiecesIsOneBody() throws IOException {
    byte[] bytes = Wire.post("/predict", "{\"inputs\":\"좋은 책\"}").getBytes(StandardCharsets.UTF_8);
    try (Wire wire = wire()) {
      for (byte one : bytes) {
        wire.send(new byte[] {one}); // Characters of three bytes are cut, too.
      }
      assertThat(wire.answer()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aBodyInChunksHasNoLength() throws IOException {
    StringBuilder chunks = new StringBuilder(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < QUESTION.length(); i += 7) {
      String piece = QUESTION.substring(i, Math.min(i + 7, QUESTION.length()));
      chunks
          .append(Integer.toHexString(piece.length()))
          .append("\r\n")
          .append(piece)
          .append("\r\n");
    }
    assertThat(body(Wire.ask(server, chunks + "0\r\n\r\n"))).isEqualTo(right);
  }

  @Test
  void aClientThatAsksBeforeItSendsIsToldToGoOn() throws IOException {
    try (Wire wire = wire()) {
      wire.send(HEAD + "Content-Length: " + QUESTION.length() + "\r\nExpect: 100-continue\r\n\r\n");
      assertThat(wire.answer()).startsWith("HTTP/1.1 100");
      wire.send(QUESTION);
      assertThat(body(wire.answer())).isEqualTo(right);
    }
  }

  @Test
  void aClientOfHttp10GetsItsAnswerAndTheEnd() throws IOException {
    try (Wire wire = wire()) {
      wire.send(Wire.post("/predict", QUESTION).replace("HTTP/1.1", "HTTP/1.0"));
      assertThat(body(wire.answer())).isEqualTo(right);
      assertThat(wire.isAtEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONSENSE",
        "POST /predict",
        "POST /pre dict HTTP/1.1; Host: localhost",
        "POST /%zz HTTP/1.1; Host: localhost",
        "POST /predict HTTP/1.1; Host: localhost; Content-Length: many",
        "POST /predict HTTP/1.1; Host: localhost; Content-Length: -1",
        "POST /predict HTTP/1.1; Host: localhost; Content-Length: 99999999999999999999",
        "POST /predict HTTP/1.1; Host: localhost; Transfer-Encoding: gzip",
        "POST /predict HTTP/1.1; Host: localhost; Spaced Name: 1",
      })
  void aHeadThatIsNoneIsRefusedOrCut(String request) throws IOException {
    try (Wire wire = wire()) {
      wire.send(request.replace("; ", "\r\n") + "\r\nContent-Type: application/json\r\n\r\n");
      String answer;
      try {
        answer = wire.answer();
      } catch (IOException cut) {
        return;
      }
      assertThat(answer).matches("(?s)HTTP/1.1 (400|404|501).*");
    }
  }

  /** Of two lengths a proxy and a server may each believe another one. */
  @Test
  void twoLengthsAreRefusedThoughEitherBodyIsWhole() throws IOException {
    String length = "Content-Length: " + QUESTION.length() + "\r\n";
    String chunk = Integer.toHexString(QUESTION.length()) + "\r\n" + QUESTION + "\r\n0\r\n\r\n";
    for (String other : List.of(length, "Content-Length: 0\r\n", "Content-Length: many\r\n")) {
      String head = HEAD + other + "Transfer-Encoding: chunked\r\n\r\n";
      assertThat(Wire.ask(server, head + chunk)).startsWith("HTTP/1.1 400");
    }
    String twice = HEAD + length + "Content-Length: 3\r\n\r\n" + QUESTION;
    assertThat(Wire.ask(server, twice)).startsWith("HTTP/1.1 400");
  }

  @Test
  void chunksThatAreNoneAreNotAnswered() throws IOException {
    for (String chunks : List.of("zz\r\nab\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n")) {
      try (Wire wire = wire()) {
        wire.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThatThrownBy(wire::answer).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyIsForgotten() throws IOException {
    try (Wire wire = wire()) {
      wire.send(HEAD + "Content-Length: 1000\r\n\r\n{\"inputs\":");
    }
  }

  @Test
  void aHeadWithoutEndIsCut() throws IOException {
    try (Wire wire = wire()) {
      wire.send("GET /health HTTP/1.1\r\nHost: localhost\r\n");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1 << 16; i++) {
                  wire.send("X-" + i + ": " + "a".repeat(1000) + "\r\n");
                }
                wire.send("\r\n");
                throw new EOFException(wire.answer()); // As long as memory lasts.
              })
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("200 OK");
    }
  }

  @Test
  void objectsWithinObjectsEndSomewhere() throws IOException {
    String deep = "{\"inputs\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(Wire.ask(server, Wire.post("/predict", deep)))
        .startsWith("HTTP/1.1 400")
        .contains("nesting depth");
    String nested = "{\"a\":".repeat(1000) + "1" + "}".repeat(1000);
    assertThat(Wire.ask(server, Wire.post("/predict", nested))).startsWith("HTTP/1.1 400");
  }

  @Test
  void bytesThatAreNoCharactersAreRefused() throws IOException {
    byte[][] broken = {
      {(byte) 0xff}, // never in UTF-8
      {(byte) 0xc0, (byte) 0x80}, // a zero in two bytes
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half of a pair
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond U+10FFFF
      {(byte) 0xe2, (byte) 0x82}, // cut
    };
    for (byte[] bytes : broken) {
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      json.writeBytes("{\"inputs\":\"".getBytes(StandardCharsets.UTF_8));
      json.writeBytes(bytes);
      json.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
      try (Wire wire = wire()) {
        wire.send(HEAD + "Content-Length: " + json.size() + "\r\n\r\n");
        wire.send(json.toByteArray());
        assertThat(wire.answer()).startsWith("HTTP/1.1 400").contains("not text in UTF-8");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\":\"a \\ud83d b\"}",
        "{\"inputs\":\"\\ude00\"}",
        "{\"inputs\":[[\"a\"],[\"a\",\"\\udc00\\ud800\"]]}",
      })
  void halfOfASurrogatePairIsRefused(String json) throws IOException {
    assertThat(Wire.ask(server, Wire.post("/predict", json)))
        .startsWith("HTTP/1.1 400")
        .contains("`inputs` has half of a surrogate pair");
    String whole = "{\"inputs\":\"\\ud83d\\ude00\"}";
    assertThat(Wire.ask(server, Wire.post("/predict", whole))).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "1",
        "{\"inputs\":NaN}",
        "{\"inputs\":\"a\"} {\"inputs\":\"b\"}",
        "{\"inputs\":\"a\",}",
        "{'inputs':'a'}",
        "{\"inputs\":\"a\nb\"}",
        "{\"inputs\":\"a\", // a remark\n}",
        "{\"inputs\":\"a\",\"raw_scores\":1e999}",
        "{\"inputs\":\"a\",\"model\":123456789012345678901234567890}",
      })
  void whatIsNoRequestIsRefused(String json) throws IOException {
    assertThat(Wire.ask(server, Wire.post("/predict", json)))
        .matches("(?s)HTTP/1.1 4(00|22).*")
        .contains("\"error_type\":\"Validation\"");
  }

  @Test
  void aTextOfNothingButControlsIsAText() throws IOException {
    String json = "{\"inputs\":\"\\u0000\\u0007\\ufeff\"}";
    assertThat(Wire.ask(server, Wire.post("/predict", json))).startsWith("HTTP/1.1 200");
  }
}
