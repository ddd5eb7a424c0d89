package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PackedLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.model.EmbeddingHead;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model that may differ from the checkpoint's in its settings or its wiring: what a hypothesis
 * makes of it.
 *
 * @param model the checkpoint's, perhaps with other settings, tensors in another order, or another
 *     way to a text's embedding
 * @param rewirings changes of single layers, one over the other
 * @param readouts changes of the answer after the forward pass
 * @param readsPadding whether padding behind a text could change the answer, so that it has to be
 *     computed
 */
public record VariantModel(
    Model model, List<Rewiring> rewirings, List<Readout> readouts, boolean readsPadding) {

  /** Tokens of one pass; attention looks at all of them at once. */
  private static final int TOKENS_AT_ONCE = 256;

  /** Layers of which one works differently. */
  public interface Rewiring {
    /** The changed layers over {@code f}, for one forward pass over {@code in}. */
    Layers<Array> over(Layers<Array> f, Inputs<Array> in);
  }

  /** A change of a row of numbers. */
  public interface Readout {
    float[] apply(float[] numbers);
  }

  /** The checkpoint's own. */
  public static VariantModel of(Model model) {
    return new VariantModel(model, List.of(), List.of(), model.padding().readsPadding(false));
  }

  public Task task() {
    return model.task();
  }

  public HfConfig config() {
    return model.config();
  }

  public Weights weights() {
    return model.weights();
  }

  public EmbeddingHead head() {
    return model.head();
  }

  /** The same with other settings. */
  public VariantModel with(HfConfig other) {
    return with(model.with(other));
  }

  /** The same with other tensors. */
  public VariantModel with(Weights other) {
    return with(model.with(other));
  }

  /** The same with another way to a text's embedding. */
  public VariantModel with(EmbeddingHead other) {
    return with(model.with(other));
  }

  private VariantModel with(Model other) {
    return new VariantModel(
        other, rewirings, readouts, readsPadding || other.padding().readsPadding(false));
  }

  /** The same in which layers work otherwise. */
  public VariantModel with(Rewiring rewiring) {
    return new VariantModel(model, appended(rewirings, rewiring), readouts, readsPadding);
  }

  /** How many rewirings there are. */
  public int depth() {
    return rewirings.size();
  }

  /** The same in which layers work otherwise above so many rewirings, and below the others. */
  VariantModel with(int depth, Rewiring rewiring) {
    List<Rewiring> all = new ArrayList<>(rewirings);
    all.add(depth, rewiring);
    return new VariantModel(model, List.copyOf(all), readouts, readsPadding);
  }

  /** The same whose answers are changed. */
  public VariantModel with(Readout change) {
    return new VariantModel(model, rewirings, appended(readouts, change), readsPadding);
  }

  /** The same, of which padding behind a text is computed too. */
  public VariantModel readingPadding() {
    return new VariantModel(model, rewirings, readouts, true);
  }

  private static <E> List<E> appended(List<E> list, E last) {
    List<E> longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }

  /**
   * The answers of the forward pass with every rewiring in place, for each row: its logits or its
   * embedding; of token classifiers the logits of the attended tokens, one behind the other.
   */
  public float[][] answers(PlainLayers f, List<TokenRow> rows) {
    float[][] answers = new float[rows.size()][];
    List<TokenRow> together = new ArrayList<>();
    int tokens = 0;
    for (int i = 0; i < rows.size(); i++) {
      TokenRow row = readsPadding ? rows.get(i) : rows.get(i).trimmed();
      if (tokens + row.length() > TOKENS_AT_ONCE && !together.isEmpty()) {
        answerTogether(f, together, answers, i);
        together.clear();
        tokens = 0;
      }
      together.add(row);
      tokens += row.length();
    }
    answerTogether(f, together, answers, rows.size());
    return answers;
  }

  /** The forward pass over rows that stand one behind the other, and its answers so. */
  Array together(PlainLayers f, List<TokenRow> rows) {
    int[] lengths = rows.stream().mapToInt(TokenRow::length).toArray();
    Optional<Array> types =
        model.takesTokenTypes() ? Optional.of(packed(rows, TokenRow::types)) : Optional.empty();
    Inputs<Array> in =
        model.inputs(packed(rows, TokenRow::ids), packed(rows, TokenRow::mask), types);
    Layers<Array> layers = new PackedLayers(f, lengths);
    for (Rewiring rewiring : rewirings) {
      layers = rewiring.over(layers, in);
    }
    return model.answer(layers, in);
  }

  private void answerTogether(PlainLayers f, List<TokenRow> rows, float[][] answers, int end) {
    int[] lengths = rows.stream().mapToInt(TokenRow::length).toArray();
    float[] numbers = together(f, rows).numbers();
    boolean everyToken = task().everyToken();
    int width = numbers.length / (everyToken ? Arrays.stream(lengths).sum() : rows.size());
    int at = 0;
    for (int i = 0; i < rows.size(); i++) {
      int count = everyToken ? lengths[i] * width : width;
      float[] own = Arrays.copyOfRange(numbers, at, at + count);
      at += count;
      for (Readout readout : readouts) {
        own = readout.apply(own);
      }
      answers[end - rows.size() + i] = everyToken ? attended(own, rows.get(i)) : own;
    }
  }

  private static Array packed(List<TokenRow> rows, Function<TokenRow, int[]> of) {
    int tokens = rows.stream().mapToInt(TokenRow::length).sum();
    float[] all = new float[tokens];
    int at = 0;
    for (TokenRow row : rows) {
      for (int number : of.apply(row)) {
        all[at++] = number;
      }
    }
    return Array.of(Shape.of(1, tokens), all);
  }

  /** Of answers token by token those to padding are nothing that anybody reads. */
  public static float[] attended(float[] numbers, TokenRow row) {
    int width = numbers.length / row.length();
    float[] kept = new float[Arrays.stream(row.mask()).sum() * width];
    int filled = 0;
    for (int token = 0; token < row.length(); token++) {
      if (row.mask()[token] == 1) {
        System.arraycopy(numbers, token * width, kept, filled, width);
        filled += width;
      }
    }
    return kept;
  }
}
