package dev.litegraft.lab.diagnosis;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model that may differ from the checkpoint's in its settings or its wiring: what a hypothesis
 * makes of it.
 *
 * @param architecture the family
 * @param task what is asked of it
 * @param config the settings
 * @param weights the tensors, perhaps under other names
 * @param rewirings changes of single layers, applied one over the other
 * @param readout changes of the logits after the forward pass
 */
record Variant(
    Architecture architecture,
    Task task,
    HfConfig config,
    Weights weights,
    List<Rewiring> rewirings,
    List<Readout> readout) {

  /** Layers of which one works differently. */
  interface Rewiring {
    /** The changed layers over {@code f}, for one forward pass over {@code in}. */
    <T> Layers<T> over(Layers<T> f, Inputs<T> in);
  }

  /** A change of a row of logits. */
  interface Readout {
    float[] apply(float[] logits);
  }

  static Variant of(Architecture architecture, Task task, HfConfig config, Weights weights) {
    return new Variant(architecture, task, config, weights, List.of(), List.of());
  }

  Variant with(HfConfig other) {
    return new Variant(architecture, task, other, weights, rewirings, readout);
  }

  Variant with(Weights other) {
    return new Variant(architecture, task, config, other, rewirings, readout);
  }

  Variant with(Rewiring rewiring) {
    List<Rewiring> more = new ArrayList<>(rewirings);
    more.add(rewiring);
    return new Variant(architecture, task, config, weights, more, readout);
  }

  Variant with(Readout change) {
    List<Readout> more = new ArrayList<>(readout);
    more.add(change);
    return new Variant(architecture, task, config, weights, rewirings, more);
  }

  /** The forward pass, with every rewiring in place. */
  <T> T forward(Layers<T> f, T ids, T attended, Optional<T> tokenTypes) {
    Inputs<T> in = new Inputs<>(ids, attended, tokenTypes, task, Optional.empty());
    Layers<T> layers = f;
    for (Rewiring rewiring : rewirings) {
      layers = rewiring.over(layers, in);
    }
    return architecture.forward(layers, config, weights, in);
  }
}
