package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code classify --file} with many lines. */
@Timeout(600)
class ManyLinesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  private static String model;
  private static List<String> reviews;

  @BeforeAll
  static void convert() throws IOException {
    model = folder.resolve("int8.tflite").toString();
    CommandRun run =
        CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", model, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    reviews =
        Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).stream()
            .skip(1)
            .limit(400)
            .map(line -> line.split("\t", -1)[0])
            .toList();
  }

  private static List<JsonNode> objects(String out) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : out.lines().toList()) {
      objects.add(JSON.readTree(line));
    }
    return objects;
  }

  @Test
  void everyLineIsAnsweredInItsOrderAsByItself() throws IOException {
    Path texts = Files.write(folder.resolve("texts.txt"), reviews);
    CommandRun run = CommandRun.of("classify", model, "--file", texts.toString(), "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<JsonNode> answers = objects(run.out());
    assertThat(answers).extracting(a -> a.get("text").asText()).isEqualTo(reviews);
    CommandRun piped =
        CommandRun.withInput(
            String.join("\n", reviews), "classify", model, "--file", "-", "--json");
    assertThat(objects(piped.out()))
        .extracting(a -> a.get("logits"))
        .isEqualTo(answers.stream().map(a -> a.get("logits")).toList());
    CommandRun one = CommandRun.of("classify", model, reviews.get(399), "--json");
    assertThat(objects(one.out()).get(0).get("logits")).isEqualTo(answers.get(399).get("logits"));
  }

  @Test
  void aLineThatCannotBeAnsweredIsToldAndTheOthersAreAnswered() throws IOException {
    Path bare = folder.resolve("bare");
    Files.createDirectories(bare);
    String tokenizer = Files.readString(CommandRun.EXAMPLE.resolve("tokenizer.json"));
    JsonNode json = JSON.readTree(tokenizer);
    ((com.fasterxml.jackson.databind.node.ObjectNode) json).putNull("post_processor");
    Files.writeString(bare.resolve("tokenizer.json"), json.toString());
    Path texts = Files.write(folder.resolve("gaps.txt"), List.of(reviews.get(0), "", "좋아요", ""));
    for (String from : List.of(texts.toString(), "-")) {
      CommandRun run =
          CommandRun.withInput(
              Files.readString(texts),
              "classify",
              model,
              "--file",
              from,
              "--json",
              "--tokenizer",
              bare.toString());
      assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
      List<JsonNode> answers = objects(run.out());
      assertThat(answers).hasSize(4);
      assertThat(answers.get(2).get("text").asText()).isEqualTo("좋아요");
      assertThat(answers.get(2).get("label").asText()).isNotEmpty();
      assertThat(answers.get(3).get("error").asText()).contains("the text is empty");
      assertThat(run.err()).contains(", line 2 (", ", line 4 (").doesNotContain("line 3");
    }
  }

  @Test
  void linesBeforeOneThatIsNotUtf8AreAnswered() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("좋아요\n".getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[] {(byte) 0xC3, '(', '\n'});
    Path texts = Files.write(folder.resolve("latin.txt"), bytes.toByteArray());
    CommandRun run = CommandRun.of("classify", model, "--file", texts.toString(), "--json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("not UTF-8", "line 2");
    assertThat(objects(run.out())).hasSize(1);
  }

  @Test
  void whoeverWritesLineByLineGetsEachAnswerAtOnce() throws Exception {
    PipedOutputStream typed = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(typed, 1 << 16);
    PipedInputStream read = new PipedInputStream(1 << 16);
    PipedOutputStream out = new PipedOutputStream(read);
    Thread run =
        new Thread(
            () ->
                Litegraft.run(
                    List.of("classify", model, "--file", "-", "--json"),
                    in,
                    out,
                    new ByteArrayOutputStream()));
    run.start();
    for (String text : List.of("좋아요", "지루하다")) {
      typed.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      typed.flush();
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = read.read(); b != '\n'; b = read.read()) {
        line.write(b);
      }
      JsonNode answer = JSON.readTree(line.toString(StandardCharsets.UTF_8));
      assertThat(answer.get("text").asText()).isEqualTo(text);
      assertThat(Set.of("positive", "negative")).contains(answer.get("label").asText());
    }
    typed.close();
    run.join();
  }
}
