package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is stopped, or too busy, while many ask it. */
@Timeout(600)
class StoppingTest {
  private static final int CLIENTS = 16;
  private static final String QUESTION = "{\"inputs\":\"이 영화 정말 재미있어요\"}";

  @TempDir private Path folder;

  private final ConcurrentLinkedQueue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private final CountDownLatch many = new CountDownLatch(20 * CLIENTS);

  private void ask(ModelServer server, String json) {
    for (int i = 0; i < CLIENTS; i++) {
      Thread client =
          new Thread(
              () -> {
                Asking asking = Asking.of(server);
                try {
                  while (true) {
                    HttpResponse<String> answer = asking.post("/predict", json);
                    answers.add(answer);
                    many.countDown();
                    if (answer.statusCode() == 503) {
                      return;
                    }
                  }
                } catch (IOException | InterruptedException e) {
                  // The server is gone.
                }
              });
      clients.add(client);
      client.start();
    }
  }

  private void end() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  @Test
  void everyAnswerOfAServerThatStopsIsWholeAndRight() throws Exception {
    ServeOptions options = ServeOptions.defaults().withPort(0);
    Path file = new ConvertedFiles(folder).reviews(Recipe.DYNAMIC_WI8_AFP32);
    ModelServer server = ModelServer.start(List.of(file), options, fault -> {});
    String right = Asking.of(server).post("/predict", QUESTION).body();
    ask(server, QUESTION);
    many.await();
    server.close();
    server.close();
    end();
    assertThat(answers).hasSizeGreaterThanOrEqualTo(20 * CLIENTS);
    assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(200, 503);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 200)
        .extracting(HttpResponse::body)
        .containsOnly(right);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 503)
        .allSatisfy(answer -> assertThat(answer.body()).contains("Unhealthy"));
  }

  @Test
  void moreThanFitsIsRefusedWith429AndTheRestIsAnswered() throws Exception {
    String batch = "{\"inputs\":[" + "[\"이 영화 정말 재미있어요\"],".repeat(31) + "[\"이 영화 정말 재미있어요\"]]}";
    ServeOptions options = ServeOptions.defaults().withPort(0).withLimits(1 << 20, 32, 64);
    Path file = new ConvertedFiles(folder).reviews(Recipe.DYNAMIC_WI8_AFP32);
    ModelServer server = ModelServer.start(List.of(file), options, fault -> {});
    String right = Asking.of(server).post("/predict", batch).body();
    ask(server, batch);
    many.await();
    server.close();
    end();
    assertThat(answers).extracting(HttpResponse::statusCode).contains(200, 429);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 200)
        .extracting(HttpResponse::body)
        .containsOnly(right);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 429)
        .allSatisfy(
            answer -> {
              assertThat(Asking.json(answer)).containsEntry("error_type", "Overloaded");
              assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            });
  }
}
