package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command; what the server answers is asked in the module {@code serve}. */
@Timeout(600)
class ServeCommandTest {
  private static final String TOKEN = "hush-hush";

  @TempDir private Path folder;

  @Test
  void itServesUntilItIsEndedAndTakesTheTokenFromTheEnvironment() throws Exception {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    PipedOutputStream out = new PipedOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new PipedInputStream(out), StandardCharsets.UTF_8));
    Thread serving =
        new Thread(
            () ->
                Litegraft.run(
                    List.of("serve", file, "--port=0", "--json"),
                    new ByteArrayInputStream(new byte[0]),
                    out,
                    err,
                    Terminal.NONE,
                    Map.of(ServeCommand.TOKEN, TOKEN)));
    serving.start();
    String line = lines.readLine();
    assertThat(line).contains("\"models\":[\"cross-encoder\"]").doesNotContain(TOKEN);
    URI address =
        URI.create(line.replaceFirst(".*\"address\":\"([^\"]+)\".*", "$1")).resolve("/predict");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\":[\"a\",\"b\"]}"));
    HttpClient client = HttpClient.newHttpClient();
    assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    request.header("Authorization", "Bearer " + TOKEN);
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("[{\"score\":");
    serving.interrupt();
    serving.join();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--port=70000, a port from 0 to 65535",
    "--max-body=0, a number of bytes from 1 on",
    "--max-texts=0, a number from 1 on",
    "--queue=10, at least --max-texts",
    "--request-timeout=0, seconds from 1 to",
    "--stop-timeout=-1, seconds from 0 to",
  })
  void numbersOutOfTheirRangeAreUsageFaults(String option, String remedy) {
    CommandRun run = CommandRun.of("serve", "no.tflite", option);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(remedy).hasLineCount(3);
  }

  @Test
  void aTokenThatNoHeaderCanHaveIsRefusedAndNotShown() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "two words");
    CommandRun run = CommandRun.of("serve", "no.tflite", "--api-key-file", token.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("token has characters").doesNotContain("two words");
    Files.writeString(token, "\n");
    assertThat(CommandRun.of("serve", "no.tflite", "--api-key-file", token.toString()).err())
        .contains("token is empty");
    Path none = folder.resolve("none");
    CommandRun missing = CommandRun.of("serve", "no.tflite", "--api-key-file", none.toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.INPUT);
  }

  @Test
  void aFolderOrALongFileIsNoToken() throws Exception {
    CommandRun run = CommandRun.of("serve", "no.tflite", "--api-key-file", folder.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("--api-key-file is the folder " + folder, "a file with one token")
        .doesNotContain(".java");
    Path file = Files.writeString(folder.resolve("long"), "a".repeat(4097));
    CommandRun large = CommandRun.of("serve", "no.tflite", "--api-key-file", file.toString());
    assertThat(large.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(large.err()).contains("more than 4096 bytes");
  }

  /** A language model's template has special tokens, which all text would be. */
  @Test
  void plainTextReachesTheModel() throws Exception {
    String file = RecordedTask.convert("logit-score", folder).file();
    CommandRun run = CommandRun.of("serve", file, "--port=0", "--plain-text");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("template has special tokens").hasLineCount(3);
  }

  @Test
  void aFileThatCannotBeServedIsExitThree() {
    CommandRun run = CommandRun.of("serve", folder.resolve("none.tflite").toString(), "--port=0");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("none.tflite").hasLineCount(3);
  }
}
