package dev.litegraft.lab.diagnosis;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that may differ from the checkpoint's in its settings or its wiring: what a hypothesis
 * makes of it.
 *
 * @param architecture the family
 * @param task what is asked of it
 * @param config the settings
 * @param weights the tensors, perhaps in another order
 * @param rewirings changes of single layers, one over the other
 * @param readouts changes of the logits after the forward pass
 * @param readsPadding whether padding behind a text could change the answer, so that it has to be
 *     computed
 */
record Variant(
    Architecture architecture,
    Task task,
    HfConfig config,
    Weights weights,
    List<Rewiring> rewirings,
    List<Readout> readouts,
    boolean readsPadding) {

  /** Layers of which one works differently. */
  interface Rewiring {
    /** The changed layers over {@code f}, for one forward pass over {@code in}. */
    Layers<Array> over(Layers<Array> f, Inputs<Array> in);
  }

  /** A change of a row of logits. */
  interface Readout {
    float[] apply(float[] logits);
  }

  static Variant of(Architecture architecture, Task task, HfConfig config, Weights weights) {
    boolean padUnknown = !config.has("pad_token_id");
    return new Variant(architecture, task, config, weights, List.of(), List.of(), padUnknown);
  }

  Variant with(HfConfig other) {
    return new Variant(architecture, task, other, weights, rewirings, readouts, readsPadding);
  }

  Variant with(Weights other) {
    return new Variant(architecture, task, config, other, rewirings, readouts, readsPadding);
  }

  Variant with(Rewiring rewiring) {
    return new Variant(
        architecture, task, config, weights, appended(rewirings, rewiring), readouts, readsPadding);
  }

  Variant with(Readout change) {
    return new Variant(
        architecture, task, config, weights, rewirings, appended(readouts, change), readsPadding);
  }

  /** The same, of which padding behind a text is computed too. */
  Variant readingPadding() {
    return new Variant(architecture, task, config, weights, rewirings, readouts, true);
  }

  private static <E> List<E> appended(List<E> list, E last) {
    List<E> longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }

  /** The answers of the forward pass with every rewiring in place: a row a text. */
  float[][] answers(Layers<Array> f, Inputs<Array> in) {
    Layers<Array> layers = f;
    for (Rewiring rewiring : rewirings) {
      layers = rewiring.over(layers, in);
    }
    Array output = architecture.forward(layers, config, weights, in);
    int texts = in.ids().dim(0);
    int size = output.numbers().length / texts;
    float[][] rows = new float[texts][];
    for (int i = 0; i < texts; i++) {
      float[] row = java.util.Arrays.copyOfRange(output.numbers(), i * size, (i + 1) * size);
      for (Readout readout : readouts) {
        row = readout.apply(row);
      }
      rows[i] = row;
    }
    return rows;
  }
}
