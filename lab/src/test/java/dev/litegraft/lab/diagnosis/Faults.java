package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import dev.litegraft.tensor.BFloat16;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Faults of exporting tools, as changes of a checkpoint in Llama's shape. */
final class Faults {
  /** Of the small recorded checkpoints: 4 heads, 2 for keys and values, each 16 wide. */
  private static final int HEADS = 4;

  private static final int SHARED = 2;
  private static final int WIDTH = 16;

  private Faults() {}

  static Fault setting(String key, @Nullable Object value) {
    return in -> in.set(key, value);
  }

  static Fault scaling(double factor) {
    return setting("rope_scaling", Map.of("rope_type", "linear", "factor", factor));
  }

  static Fault scaling(String type, double factor, double low, double high, int trained) {
    return setting(
        "rope_scaling",
        Map.of(
            "rope_type",
            type,
            "factor",
            factor,
            "low_freq_factor",
            low,
            "high_freq_factor",
            high,
            "original_max_position_embeddings",
            trained));
  }

  static Fault roundedToBfloat16() {
    return in -> in.map(".*", x -> BFloat16.toFloat(BFloat16.of((float) x)));
  }

  static Fault without(String key) {
    return in -> in.set(key, null);
  }

  static Fault times(String tensors, double factor) {
    return in -> in.map(tensors, x -> x * factor);
  }

  static Fault plus(String tensors, double offset) {
    return in -> in.map(tensors, x -> x + offset);
  }

  static Fault gateAndUpExchanged() {
    return in -> in.exchange("gate_proj", "up_proj");
  }

  /** Numbers 2i and 2i + 1 of a head are turned together. */
  static Fault interleavedPairs() {
    int half = WIDTH / 2;
    return in ->
        in.rows(
            ".*(q|k)_proj\\.weight",
            row -> {
              int within = row % WIDTH;
              int from = within < half ? 2 * within : 2 * (within - half) + 1;
              return row - within + from;
            });
  }

  /** Heads that stand in halves are taken for interleaved ones, and put into halves again. */
  static Fault halvedTwice() {
    int half = WIDTH / 2;
    return in ->
        in.rows(
            ".*(q|k)_proj\\.weight",
            row -> {
              int within = row % WIDTH;
              return row - within + within / 2 + within % 2 * half;
            });
  }

  /** Keys under the name of values, and the other way round. */
  static Fault keysAsValues() {
    int queries = HEADS * WIDTH;
    int keys = SHARED * WIDTH;
    return in -> in.qkvRows(i -> i < queries ? i : i < queries + keys ? i + keys : i - keys);
  }

  /** The query heads of a key/value head stand two apart. */
  static Fault queriesApart() {
    List<Integer> heads = List.of(0, 2, 1, 3);
    return in -> in.rows(".*q_proj\\.weight", row -> heads.get(row / WIDTH) * WIDTH + row % WIDTH);
  }

  /** A fused projection was written group by group and is read as [Q, K, V]. */
  static Fault readAsBlocks() {
    int[] grouped = grouped();
    return in -> in.qkvRows(i -> grouped[i]);
  }

  /** A fused projection was written as [Q, K, V] and is read group by group. */
  static Fault readAsGroups() {
    int[] grouped = grouped();
    int[] place = new int[grouped.length];
    IntStream.range(0, grouped.length).forEach(i -> place[grouped[i]] = i);
    return in -> in.qkvRows(i -> place[i]);
  }

  /** For every key/value head its queries, its key, its value. */
  private static int[] grouped() {
    List<Integer> heads = List.of(0, 1, 4, 6, 2, 3, 5, 7);
    int[] rows = new int[(HEADS + 2 * SHARED) * WIDTH];
    Arrays.setAll(rows, i -> heads.get(i / WIDTH) * WIDTH + i % WIDTH);
    return rows;
  }

  /** The rows of the head backwards. */
  static Fault reversed(String head, int labels) {
    return in -> in.rows(head, i -> labels - 1 - i);
  }

  /** Row n/2 + b becomes row n/2 − b; the farthest bucket that way is one nearer. */
  static Fault distancesTurned(String table, int rows) {
    return in -> in.rows(table, i -> Math.min(rows - i, rows - 1));
  }

  static Fault headLeftRandom() {
    return in -> in.randomize("score\\.weight", 0.15);
  }

  static Fault otherTraining() {
    return in -> in.randomize(".*(proj|embed_tokens)\\.weight", 0.15);
  }
}
