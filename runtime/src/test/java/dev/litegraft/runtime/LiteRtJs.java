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

/**
 * LiteRT.js in a process of Node ({@code clients/litert-js/run.mjs}), which is asked row by row.
 */
final class LiteRtJs implements AutoCloseable {
  private static final Path FOLDER = Path.of("..", "clients", "litert-js");

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private LiteRtJs(Process process) {
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Why it cannot be run here; absent if it can. */
  static Optional<String> absence() {
    if (!Files.isDirectory(FOLDER.resolve("node_modules/@litertjs/core"))) {
      return Optional.of("LiteRT.js is not there: npm ci --prefix clients/litert-js");
    }
    boolean node =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    return node ? Optional.empty() : Optional.of("Node is not there");
  }

  static LiteRtJs start() throws IOException {
    return of(new ProcessBuilder("node", FOLDER.resolve("run.mjs").toString()));
  }

  /** Another client that is asked in the same way. */
  static LiteRtJs of(ProcessBuilder client) throws IOException {
    return new LiteRtJs(client.redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** The numbers of the first output for each row. */
  List<float[]> answer(Path file, List<TokenRow> asking, boolean types) throws IOException {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("file", file.toString());
    asked.put("rows", asking.stream().map(row -> inputs(row, types)).toList());
    Map<String, ?> answered = ask(asked);
    return answered.get("answers") instanceof List<?> rows
        ? rows.stream().map(LiteRtJs::floats).toList()
        : List.of();
  }

  /** The answer to a question. */
  Map<String, ?> ask(Map<String, @Nullable Object> asked) throws IOException {
    StringWriter question = new StringWriter();
    try (JsonGenerator json = Json.generator(question)) {
      Json.write(json, asked);
    }
    questions.write(question.toString());
    questions.newLine();
    questions.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new AssertionError("the client ended at " + asked.get("file"));
    }
    Map<String, ?> answered = Json.parse(line, "the client");
    if (answered.get("error") != null) {
      throw new AssertionError(
          "the client refuses " + asked.get("file") + ": " + answered.get("error"));
    }
    return answered;
  }

  private static Map<String, List<Integer>> inputs(TokenRow row, boolean types) {
    Map<String, List<Integer>> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", list(row.ids()));
    inputs.put("attention_mask", list(row.mask()));
    if (types) {
      inputs.put("token_type_ids", list(row.types()));
    }
    return inputs;
  }

  private static List<Integer> list(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  private static float[] floats(Object list) {
    List<?> numbers = (List<?>) list;
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
