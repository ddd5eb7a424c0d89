package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.examples.ConvertedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of all requests together have a bound, which those that arrive slowly fill, too. */
@Timeout(600)
class BodyMemoryTest {
  private static final String HEAD =
      "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  private static final int MEBIBYTE = 1 << 20;

  /** More mebibytes than a sixteenth of the process's 256. */
  private static final int SLOW = 20;

  private static final String QUESTION =
      Wire.post("/predict", "{\"inputs\":\"a book\"}" + " ".repeat(MEBIBYTE));

  @TempDir private static Path folder;
  private static Path file = Path.of("");

  @BeforeAll
  static void convert() throws IOException {
    file = new ConvertedFiles(folder).task("nli-three");
  }

  @Test
  void bytesAreTakenUpToTheBoundAndGivenBack() {
    BodyMemory memory = new BodyMemory(10);
    assertThat(memory.take(7)).isTrue();
    assertThat(memory.take(4)).isFalse();
    assertThat(memory.take(3)).isTrue();
    assertThat(memory.take(1)).isFalse();
    memory.giveBack(7);
    assertThat(memory.take(7)).isTrue();
  }

  @Test
  void bodiesThatAreNotWholeYetKeepOthersOutUntilTheyEnd() throws Exception {
    try (ServerProcess server = ServerProcess.of(file, 300)) {
      assertThat(answer(server)).startsWith("HTTP/1.1 200");
      List<Wire> slow = new ArrayList<>();
      try {
        for (int i = 0; i < SLOW; i++) {
          Wire wire = new Wire(server.port());
          slow.add(wire);
          wire.send(HEAD + "Content-Length: " + 2 * MEBIBYTE + "\r\n\r\n");
          wire.send(" ".repeat(MEBIBYTE));
        }
        String full = awaited(server, 429);
        assertThat(full).contains("Retry-after: 1", "\"error_type\":\"Overloaded\"");
      } finally {
        for (Wire wire : slow) {
          wire.close();
        }
      }
      awaited(server, 200);
    }
  }

  @Test
  void wantOfMemoryIsAnAnswerForNowInEveryShape() {
    Refusal refusal = Router.fault(new OutOfMemoryError("Java heap space"));
    for (Shape shape : Shape.values()) {
      assertThat(shape.status(refusal.kind())).isEqualTo(503);
      assertThat(new String(shape.body(refusal), StandardCharsets.UTF_8))
          .contains("not enough memory");
    }
    assertThat(Shape.TEI.status(Router.fault(new IllegalStateException()).kind())).isEqualTo(424);
  }

  private static String answer(ServerProcess server) throws IOException {
    try (Wire wire = new Wire(server.port())) {
      wire.send(QUESTION);
      return wire.answer();
    }
  }

  /**
   * The answer once its status is this one; the server reads bodies, and their ends, in its time.
   */
  private static String awaited(ServerProcess server, int status) throws Exception {
    while (true) {
      String answer = answer(server);
      if (answer.startsWith("HTTP/1.1 " + status)) {
        return answer;
      }
      Thread.sleep(20);
    }
  }
}
