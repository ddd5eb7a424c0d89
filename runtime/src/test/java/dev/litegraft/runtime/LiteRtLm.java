package dev.litegraft.runtime;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.json.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** LiteRT-LM's EmbeddingEngine in a process of Node ({@code clients/litert-lm/run.mjs}). */
final class LiteRtLm implements AutoCloseable {
  private static final Path FOLDER = Path.of("..", "clients", "litert-lm");

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private LiteRtLm(Process process) {
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * What it answers to texts.
   *
   * @param vectors a text's each
   * @param tokens how many it read of each
   */
  record Answered(List<float[]> vectors, List<Integer> tokens) {}

  /** Why it cannot be run here; absent if it can. */
  static Optional<String> absence() {
    if (!Files.isDirectory(FOLDER.resolve("node_modules/@litert-lm/core"))) {
      return Optional.of("LiteRT-LM is not there: npm ci --prefix clients/litert-lm");
    }
    boolean node =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    return node ? Optional.empty() : Optional.of("Node is not there");
  }

  static LiteRtLm start() throws IOException {
    return new LiteRtLm(
        new ProcessBuilder("node", FOLDER.resolve("run.mjs").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** The vectors of texts, as the bundle's graph makes them. */
  Answered embed(Path bundle, List<String> texts) throws IOException {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("file", bundle.toString());
    asked.put("texts", texts);
    StringWriter question = new StringWriter();
    try (JsonGenerator json = Json.generator(question)) {
      Json.write(json, asked);
    }
    questions.write(question.toString());
    questions.newLine();
    questions.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new AssertionError("LiteRT-LM ended at " + bundle);
    }
    Map<String, ?> answered = Json.parse(line, "LiteRT-LM");
    if (answered.get("error") != null) {
      throw new AssertionError("LiteRT-LM refuses " + bundle + ": " + answered.get("error"));
    }
    return new Answered(
        list(answered.get("answers")).stream().map(LiteRtLm::floats).toList(),
        list(answered.get("tokens")).stream().map(n -> ((Number) n).intValue()).toList());
  }

  private static List<?> list(@Nullable Object json) {
    return json instanceof List<?> list ? list : List.of();
  }

  private static float[] floats(@Nullable Object json) {
    List<?> numbers = list(json);
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) numbers.get(i)).floatValue();
    }
    return floats;
  }

  @Override
  public void close() throws IOException {
    questions.close();
    process.destroy();
  }
}
