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
 * A program that runs files of ours in a process of its own, and is asked line by line: in Node
 * {@code clients/NAME/run.mjs}, for Android's library a Java of its own.
 */
final class ClientProcess implements AutoCloseable {
  private static final Path CLIENTS = Path.of("..", "clients");

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private ClientProcess(Process process) {
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Why a program of Node's cannot be run here; absent if it can.
   *
   * @param folder of {@code clients}
   * @param wanted the package that must be installed in it
   */
  static Optional<String> absence(String folder, String wanted) {
    if (!Files.isDirectory(CLIENTS.resolve(folder).resolve("node_modules").resolve(wanted))) {
      return Optional.of(wanted + " is not there: npm ci --prefix clients/" + folder);
    }
    boolean node =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "node")));
    return node ? Optional.empty() : Optional.of("Node is not there");
  }

  /** The program of a folder of {@code clients}, in Node. */
  static ClientProcess ofNode(String folder) throws IOException {
    return of(new ProcessBuilder("node", CLIENTS.resolve(folder).resolve("run.mjs").toString()));
  }

  /** Any program that is asked in the same way. */
  static ClientProcess of(ProcessBuilder client) throws IOException {
    return new ClientProcess(client.redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** The numbers of the first output for each row. */
  List<float[]> answer(Path file, List<TokenRow> asking, boolean types) throws IOException {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("file", file.toString());
    asked.put("rows", asking.stream().map(row -> inputs(row, types)).toList());
    Map<String, ?> answered = ask(asked);
    return answered.get("answers") instanceof List<?> rows
        ? rows.stream().map(ClientProcess::floats).toList()
        : List.of();
  }

  /** Whether a file can be loaded there. */
  boolean loads(Path file) throws IOException {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("file", file.toString());
    asked.put("load", true);
    return Boolean.TRUE.equals(told(asked).get("loaded"));
  }

  /** The answer to a question. */
  Map<String, ?> ask(Map<String, @Nullable Object> asked) throws IOException {
    Map<String, ?> answered = told(asked);
    if (answered.get("error") != null) {
      throw new AssertionError(
          "the client refuses " + asked.get("file") + ": " + answered.get("error"));
    }
    return answered;
  }

  private Map<String, ?> told(Map<String, @Nullable Object> asked) throws IOException {
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
    return Json.parse(line, "the client");
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

  /** Numbers of an answer. */
  static float[] floats(Object list) {
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
