package dev.litegraft.web.page;

import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.RawOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Requests with the rows, outputs and answers that a page must find, too: {@code check.json}. */
public final class Checks {
  private final JsonText json = new JsonText().open('{').name("checks").open('[');
  private Request timed = new Request(Mode.CLASSIFY, List.of(""), "");
  private int timedTokens;
  private int count;

  /** Answers a row. */
  public interface Runner {
    /**
     * The outputs of a row.
     *
     * @param key of the signature
     * @param inputs numbers by the name of the input, [t]
     */
    List<RawOutput> run(String key, Map<String, int[]> inputs);
  }

  /** The rows as the page's functions give them. */
  static String rows(List<PageEngine.Row> rows) {
    JsonText json = new JsonText().open('{');
    write(rows, json);
    return json.close('}').toString();
  }

  private static void write(List<PageEngine.Row> rows, JsonText json) {
    json.name("rows").open('[');
    for (PageEngine.Row row : rows) {
      json.open('{').member("key", row.key()).name("inputs").open('{');
      row.inputs().forEach(json::whole);
      json.close('}').close('}');
    }
    json.close(']');
  }

  /**
   * Adds a request.
   *
   * @param start whether the page asks it before it shows anything
   * @throws dev.litegraft.error.InvalidInputException if the model cannot read its texts
   */
  public void add(
      TextSide side, Mode mode, List<String> texts, String context, boolean start, Runner runner)
      throws IOException {
    Request request = new Request(mode, texts, context);
    List<PageEngine.Row> rows = side.rows(request);
    List<List<RawOutput>> outputs =
        rows.stream().map(row -> runner.run(row.key(), row.inputs())).toList();
    String answer = side.answer(request, outputs);
    json.open('{').member("start", start).name("request");
    request.write(json);
    write(rows, json);
    json.name("outputs").open('[');
    for (List<RawOutput> row : outputs) {
      json.floats(row.get(0).values());
    }
    json.close(']').member("answer", answer).close('}');
    count++;
  }

  /** How many tokens of a request the model reads: those of its rows that a mask counts. */
  public static int tokens(TextSide side, Mode mode, List<String> texts, String context)
      throws IOException {
    int tokens = 0;
    for (PageEngine.Row row : side.rows(new Request(mode, texts, context))) {
      Map<String, int[]> inputs = row.inputs();
      int[] counted =
          inputs.entrySet().stream()
              .filter(input -> input.getKey().contains("mask") || input.getKey().equals("args_1"))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElseGet(() -> inputs.values().iterator().next());
      for (int one : counted) {
        tokens += one == 0 ? 0 : 1;
      }
    }
    return tokens;
  }

  /** The request by which a page measures how long a short text takes. */
  public void timed(Mode mode, List<String> texts, String context, int tokens) {
    timed = new Request(mode, texts, context);
    timedTokens = tokens;
  }

  private static void write(String name, List<Engine.Tensor> tensors, JsonText json) {
    json.name(name).open('[');
    for (Engine.Tensor tensor : tensors) {
      int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
      json.open('{').member("name", tensor.name()).whole("shape", shape).close('}');
    }
    json.close(']');
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /**
   * All of them, and what the file is asked by, so that a page need not wait for its runtime to
   * know.
   *
   * @param signatures of the file
   * @param sha256 of the file
   * @param exact whether labels must be the same where outputs differ by rounding
   * @param tolerance how far an output may be off, relative to the largest or to 1; of vectors
   *     their distance, relative to their length
   */
  public String text(
      List<Engine.Signature> signatures,
      String sha256,
      long bytes,
      boolean exact,
      double tolerance) {
    json.close(']').name("signatures").open('[');
    for (Engine.Signature signature : signatures) {
      json.open('{').member("key", signature.key().orElse(""));
      write("inputs", signature.inputs(), json);
      write("outputs", signature.outputs(), json);
      json.close('}');
    }
    json.close(']').name("timed").open('{').name("request");
    timed.write(json);
    return json.member("tokens", timedTokens)
            .close('}')
            .member("sha256", sha256)
            .member("bytes", (double) bytes)
            .member("exact", exact)
            .member("tolerance", tolerance)
            .close('}')
            .toString()
        + "\n";
  }
}
