package dev.litegraft.lab.calibration;

import dev.litegraft.ConversionOptions;
import dev.litegraft.quantize.Recipe;
import java.util.List;

/** How a file is converted that is only asked what its layers read. */
final class ObservingOptions {
  private ObservingOptions() {}

  /**
   * The same model by another recipe, in these lengths, with its own probabilities, one text at a
   * time and for no client in particular.
   */
  static ConversionOptions of(ConversionOptions options, Recipe recipe, List<Integer> lengths) {
    return options
        .withRecipe(recipe)
        .withLengths(lengths)
        .withBatch(1)
        .withoutClient()
        .withoutConfidence();
  }
}
