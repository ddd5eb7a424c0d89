package dev.litegraft.lab.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recorded checkpoint: what the original Hugging Face class answered.
 *
 * @param name the folder's name
 * @param folder a checkpoint in Hugging Face's layout
 * @param inputs what it was asked and what it answered
 */
record GoldenCase(String name, Path folder, List<Input> inputs) {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");

  /**
   * One batch.
   *
   * @param ids token ids, [b][t]
   * @param mask 1 for tokens, 0 for padding; all 1 where the original was given none
   * @param types token types, where it was given some
   * @param answer the numbers of every row: logits, or the last hidden states
   */
  record Input(String name, int[][] ids, int[][] mask, Optional<int[][]> types, float[][] answer) {}

  /** The case of this name; a missing one fails. */
  static GoldenCase of(String name) throws IOException {
    Path folder = CASES.resolve(name);
    List<Input> inputs = new ArrayList<>();
    for (Object input : list(parsed(folder.resolve("expected.json")))) {
      inputs.add(input((Map<?, ?>) input));
    }
    return new GoldenCase(name, folder, inputs);
  }

  /** The file is a list; a config is an object. */
  private static @Nullable Object parsed(Path file) throws IOException {
    String text = "{\"inputs\":" + Files.readString(file) + "}";
    return HfConfig.parse(text, file.toString()).value("inputs");
  }

  /**
   * The same texts with the pad token and a mask of 0 behind them. The answers stay as they are:
   * those to the padding are not compared.
   */
  GoldenCase paddedTo(int length) throws IOException {
    HfConfig config = HfConfig.read(folder.resolve("config.json"));
    int pad = config.integer("pad_token_id", 0);
    List<Input> padded = new ArrayList<>();
    for (Input input : inputs) {
      padded.add(
          new Input(
              input.name,
              filled(input.ids, length, pad),
              filled(input.mask, length, 0),
              input.types.map(types -> filled(types, length, 0)),
              input.answer));
    }
    return new GoldenCase(name, folder, padded);
  }

  private static int[][] filled(int[][] rows, int length, int filler) {
    int[][] filled = new int[rows.length][length];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(filled[i], filler);
      System.arraycopy(rows[i], 0, filled[i], 0, rows[i].length);
    }
    return filled;
  }

  private static Input input(Map<?, ?> members) {
    int[][] ids = rows(members.get("input_ids"));
    Object answer =
        members.containsKey("logits") ? members.get("logits") : members.get("last_hidden_state");
    List<?> rows = list(answer);
    float[][] answers = new float[rows.size()][];
    for (int i = 0; i < answers.length; i++) {
      List<Float> numbers = new ArrayList<>();
      flatten(rows.get(i), numbers);
      answers[i] = floats(numbers);
    }
    return new Input(
        String.valueOf(members.get("name")),
        ids,
        members.get("attention_mask") == null ? ones(ids) : rows(members.get("attention_mask")),
        Optional.ofNullable(members.get("token_type_ids")).map(GoldenCase::rows),
        answers);
  }

  private static List<?> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("no list: " + value);
  }

  private static void flatten(@Nullable Object value, List<Float> into) {
    if (value instanceof Number n) {
      into.add(n.floatValue());
    } else {
      list(value).forEach(v -> flatten(v, into));
    }
  }

  private static float[] floats(List<Float> numbers) {
    float[] out = new float[numbers.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = numbers.get(i);
    }
    return out;
  }

  private static int[][] rows(@Nullable Object value) {
    return list(value).stream()
        .map(row -> list(row).stream().mapToInt(v -> ((Number) v).intValue()).toArray())
        .toArray(int[][]::new);
  }

  private static int[][] ones(int[][] ids) {
    int[][] ones = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      ones[i] = new int[ids[i].length];
      Arrays.fill(ones[i], 1);
    }
    return ones;
  }
}
