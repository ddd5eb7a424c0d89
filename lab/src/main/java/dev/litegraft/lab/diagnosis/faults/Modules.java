package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.reference.StepwiseLayers;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.runtime.TokenRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The kinds of modules that a forward pass uses, in the order of computation; a kind is a module's
 * path below its layer.
 *
 * @param biased linear layers that have a bias
 * @param norms norms
 * @param tables tables whose rows are looked up, by their full names
 */
record Modules(Set<String> biased, Set<String> norms, Set<String> tables) {
  /** Those of a model. */
  static Modules of(VariantModel model) {
    Modules modules =
        new Modules(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    VariantModel heard = model.with((f, in) -> modules.over(f));
    try {
      heard.answers(
          PlainLayers.of(1), List.of(new TokenRow(new int[] {1}, new int[] {1}, new int[1])));
    } catch (LitegraftException | IllegalArgumentException e) {
      return modules; // What was heard before; the model itself is judged elsewhere.
    }
    return modules;
  }

  /** Nothing is computed in linear layers: only their names matter. */
  private Layers<Array> over(Layers<Array> f) {
    return new StepwiseLayers(f) {
      @Override
      public Array linear(Array x, Linear w) {
        if (w.bias().isPresent()) {
          biased.add(Names.kind(w.name()));
        }
        return Array.filled(x.shape().with(-1, w.out()), 0);
      }

      @Override
      public Array embedding(Array index, Embedding table) {
        tables.add(table.name());
        return super.embedding(index, table);
      }

      @Override
      public Array rmsNorm(Array x, RmsNorm norm) {
        norms.add(Names.kind(norm.name()));
        return x;
      }

      @Override
      public Array layerNorm(Array x, LayerNorm norm) {
        norms.add(Names.kind(norm.name()));
        return x;
      }
    };
  }
}
