package dev.litegraft.lab.verification;

import dev.litegraft.facts.Task;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.Int8Layers;
import dev.litegraft.lab.reference.PackedLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.reference.ValueListener;
import dev.litegraft.layer.Layers;
import dev.litegraft.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * What the checkpoint answers, computed with textbook formulas.
 *
 * @param model the checkpoint's model
 * @param layers the reference's layers
 */
public record ReferenceModel(Model model, PlainLayers layers) {
  /** Tokens of one pass, unless one row has more; more would take memory and gain nothing. */
  private static final int TOKENS_AT_ONCE = 256;

  Task task() {
    return model.task();
  }

  /**
   * The answers to rows, which stand one behind the other as diagnosis has them, so that weights
   * are read once for many of them, whatever their lengths.
   *
   * @param done told how many tokens more are done
   * @return for each row its logits, [labels] or [t · labels], or its embedding
   */
  List<float[]> answers(List<Question> rows, IntConsumer done) {
    List<float[]> answers = new ArrayList<>();
    int begin = 0;
    while (begin < rows.size()) {
      int end = begin + 1;
      int tokens = rows.get(begin).length();
      while (end < rows.size() && tokens + rows.get(end).length() <= TOKENS_AT_ONCE) {
        tokens += rows.get(end++).length();
      }
      answers.addAll(together(rows.subList(begin, end), UnaryOperator.identity()));
      done.accept(tokens);
      begin = end;
    }
    return answers;
  }

  /**
   * Every value that has a name, for one row, in the order of computation. Of modules that work
   * several times the second value is called {@code name_2}, as in the file.
   */
  Map<String, Array> values(Question row) {
    Map<String, Array> values = new LinkedHashMap<>();
    Map<String, Integer> times = new HashMap<>();
    ValueListener listener =
        (path, value) -> {
          int count = times.merge(path, 1, Integer::sum);
          values.put(count == 1 ? path : path + "_" + count, value);
        };
    Array output = forward(layers.with(listener), List.of(row));
    values.put(
        task() == Task.TOKEN_EMBEDDING
            ? "token_embeddings"
            : task().embeds() ? "embedding" : "logits",
        output);
    return values;
  }

  /** The answers to rows, in whole numbers where an int8 file has them. */
  List<float[]> followed(List<Question> rows) {
    return together(rows, Int8Layers::new);
  }

  /** One pass over rows that stand one behind the other. */
  private List<float[]> together(List<Question> rows, UnaryOperator<Layers<Array>> over) {
    int[] lengths = rows.stream().mapToInt(Question::length).toArray();
    Array output =
        forward(
            over.apply(new PackedLayers(layers, lengths)), of -> Array.ofRows(joined(rows, of)));
    int width =
        output.numbers().length / (isOfTokens() ? Arrays.stream(lengths).sum() : rows.size());
    List<float[]> answers = new ArrayList<>();
    int at = 0;
    for (int length : lengths) {
      int count = isOfTokens() ? length * width : width;
      answers.add(Arrays.copyOfRange(output.numbers(), at, at + count));
      at += count;
    }
    return answers;
  }

  private boolean isOfTokens() {
    return task().everyToken();
  }

  private static int[] joined(List<Question> rows, Function<Question, int[]> of) {
    return rows.stream().flatMapToInt(row -> Arrays.stream(of.apply(row))).toArray();
  }

  private Array forward(Layers<Array> f, List<Question> rows) {
    return forward(f, of -> Array.ofRows(rows.stream().map(of).toArray(int[][]::new)));
  }

  /**
   * @param numbers makes one array of the rows' ids, masks or types
   */
  private Array forward(Layers<Array> f, Function<Function<Question, int[]>, Array> numbers) {
    Optional<Array> types =
        model.takesTokenTypes()
            ? Optional.of(numbers.apply(q -> q.row().types()))
            : Optional.empty();
    Array ids = numbers.apply(q -> q.row().ids());
    return model.answer(f, model.inputs(ids, numbers.apply(q -> q.row().mask()), types));
  }
}
