package dev.litegraft.web.page;

import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.RawOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows are asked for first and answered later, because a page's runtime answers when it is ready.
 * No question depends on an answer, so that a request is gone through twice: with answers that mean
 * nothing, to learn the rows, and with those that the rows got.
 */
final class PageEngine implements Engine {
  /** More rows for one request would keep a page busy for minutes. */
  static final int MOST_ROWS = 256;

  /**
   * A row that a signature is asked.
   *
   * @param key of the signature
   * @param inputs numbers by the name of the input, [t]
   */
  record Row(String key, Map<String, int[]> inputs) {}

  private final List<Signature> signatures;
  private final List<Row> rows = new ArrayList<>();
  private List<List<RawOutput>> answers = List.of();
  private int next = -1;

  PageEngine(List<Signature> signatures) {
    this.signatures = List.copyOf(signatures);
  }

  /** From now on rows are asked for. */
  void listen() {
    rows.clear();
    next = -1;
  }

  /** From now on they are answered, in their order. */
  void reply(List<List<RawOutput>> outputs) {
    answers = List.copyOf(outputs);
    next = 0;
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  @Override
  public List<Signature> signatures() {
    return signatures;
  }

  @Override
  public List<RawOutput> run(Optional<String> key, Map<String, int[]> inputs) {
    if (next >= 0) {
      return answers.get(next++);
    }
    if (rows.size() == MOST_ROWS) {
      throw TextSide.tooMuch(rows.size() + " rows of tokens, and there are more");
    }
    rows.add(new Row(key.orElse(""), inputs));
    int tokens = inputs.values().iterator().next().length;
    List<RawOutput> outputs = new ArrayList<>();
    for (Signature signature : signatures) {
      if (signature.key().equals(key)) {
        signature.outputs().forEach(output -> outputs.add(placeholder(output, tokens)));
      }
    }
    return outputs;
  }

  private static RawOutput placeholder(Tensor output, int tokens) {
    List<Integer> shape = output.shape().stream().map(n -> n < 0 ? tokens : n).toList();
    float[] values =
        new float[shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, 1);
    return new RawOutput(output.name(), shape, values);
  }

  @Override
  public void close() {
    rows.clear();
  }
}
