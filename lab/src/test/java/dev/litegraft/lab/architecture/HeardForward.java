package dev.litegraft.lab.architecture;

import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.reference.StepwiseLayers;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one forward pass of the reference asked of its layers. */
final class HeardForward extends StepwiseLayers {
  /** Names of linear layers, as often as they were used, in the order of computation. */
  final List<String> linears = new ArrayList<>();

  /** By the name of a linear layer, the width of what it took. */
  final Map<String, Integer> widths = new LinkedHashMap<>();

  /** By the name of a table, the first text's rows of it. */
  final Map<String, float[]> rows = new LinkedHashMap<>();

  final List<RotaryEmbedding> ropes = new ArrayList<>();

  /** What the embeddings of words were multiplied by. */
  double embeddingScale = 1;

  /** The logits. */
  float[] answer = {};

  private final Model model;
  private @Nullable Array words;

  private HeardForward(Model model) {
    super(PlainLayers.of(1));
    this.model = model;
  }

  /** Of one text without padding. */
  static HeardForward of(Model model, int... text) {
    HeardForward heard = new HeardForward(model);
    int[] ones = text.clone();
    Arrays.fill(ones, 1);
    Optional<Array> types =
        model.takesTokenTypes()
            ? Optional.of(Array.ofRows(new int[text.length]))
            : Optional.empty();
    Array ids = Array.ofRows(text);
    heard.answer = model.answer(heard, model.inputs(ids, Array.ofRows(ones), types)).numbers();
    return heard;
  }

  @Override
  public Array linear(Array x, Linear w) {
    linears.add(w.name());
    widths.put(w.name(), x.shape().last());
    return super.linear(x, w);
  }

  @Override
  public Array embedding(Array index, Embedding table) {
    rows.putIfAbsent(table.name(), index.numbers());
    Array x = super.embedding(index, table);
    words = model.architecture().moduleNames().isWords(table.name()) ? x : words;
    return x;
  }

  @Override
  public Array affine(Array x, double factor, double offset) {
    if (x == words) {
      embeddingScale = factor;
    }
    return super.affine(x, factor, offset);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    ropes.add(embedding);
    return super.rope(positions, embedding);
  }
}
