package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, which many ask while it is killed, or which many hold up. */
@Timeout(600)
class KilledTest {
  private static final int CLIENTS = 16;
  private static final int ANSWERS = 20 * CLIENTS;
  private static final int SLOW = 300;

  /** Batches of texts, so that replies are of some length. */
  private static final String QUESTION =
      Wire.post("/predict", "{\"inputs\":[" + "[\"재미있어요\"],".repeat(20) + "[\"최악의 영화\"]]}");

  @TempDir private static Path folder;
  private static Path file = Path.of("");

  private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();
  private final CountDownLatch many = new CountDownLatch(ANSWERS);

  @BeforeAll
  static void convert() throws IOException {
    file = new ConvertedFiles(folder).reviews(Recipe.DYNAMIC_WI8_AFP32);
  }

  private List<Thread> load(int port) {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client =
          new Thread(
              () -> {
                try (Wire wire = new Wire(port)) {
                  while (true) {
                    wire.send(QUESTION);
                    answers.add(wire.answer());
                    many.countDown();
                  }
                } catch (IOException e) {
                  ended.incrementAndGet(); // No answer, or one that is known to be cut.
                }
              });
      clients.add(client);
      client.start();
    }
    return clients;
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static String right(int port) throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(QUESTION);
      return body(wire.answer());
    }
  }

  @Test
  void killedOutrightItHasGivenWholeAnswersOrNone() throws Exception {
    try (ServerProcess server = ServerProcess.of(file, 300)) {
      String right = right(server.port());
      List<Thread> clients = load(server.port());
      many.await();
      server.process().destroyForcibly();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(ended).hasValue(CLIENTS);
      assertThat(answers).hasSizeGreaterThanOrEqualTo(ANSWERS);
      assertThat(answers).allMatch(answer -> answer.startsWith("HTTP/1.1 200"));
      assertThat(answers).extracting(KilledTest::body).containsOnly(right);
    }
  }

  @Test
  void toldToEndItAnswersWhatIsUnderWayAndRefusesTheRest() throws Exception {
    try (ServerProcess server = ServerProcess.of(file, 300)) {
      String right = right(server.port());
      List<Thread> clients = load(server.port());
      many.await();
      server.process().destroy();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(server.process().waitFor(300, TimeUnit.SECONDS)).isTrue();
      assertThat(answers).allMatch(answer -> answer.matches("(?s)HTTP/1.1 (200|503).*"));
      assertThat(answers)
          .filteredOn(answer -> answer.startsWith("HTTP/1.1 200"))
          .extracting(KilledTest::body)
          .containsOnly(right);
      assertThat(answers)
          .filteredOn(answer -> answer.startsWith("HTTP/1.1 503"))
          .allMatch(answer -> answer.contains("Unhealthy"));
    }
  }

  /** Fewer than there are threads before Java 24, then more: those keep others out until then. */
  @Test
  void clientsThatNeverEndTheirHeadsAreCutAndOthersAnswered() throws Exception {
    try (ServerProcess server = ServerProcess.of(file, 1)) {
      String right = answered(server);
      List<Wire> slow = new ArrayList<>();
      try {
        for (int i = 0; i < 2 * SLOW; i++) {
          if (i == SLOW) {
            assertThat(answered(server)).isEqualTo(right);
          }
          Wire wire = new Wire(server.port());
          slow.add(wire);
          wire.send("POST /predict HTTP/1.1\r\nHost: localhost\r\nX: ");
        }
        for (Wire wire : slow) {
          assertThat(isCut(wire)).isTrue();
        }
        assertThat(answered(server)).isEqualTo(right);
      } finally {
        for (Wire wire : slow) {
          wire.close();
        }
      }
    }
  }

  /** The second that a request may take is little on a busy machine: who is cut asks again. */
  private static String answered(ServerProcess server) {
    while (server.process().isAlive()) {
      try (Wire wire = new Wire(server.port())) {
        wire.send(QUESTION);
        String answer = wire.answer();
        if (!answer.startsWith("HTTP/1.1 408")) {
          return body(answer);
        }
      } catch (IOException e) {
        // Cut before it was answered.
      }
    }
    throw new AssertionError("the server is gone");
  }

  private static boolean isCut(Wire wire) {
    try {
      return wire.isAtEnd();
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // Reset.
    }
  }
}
