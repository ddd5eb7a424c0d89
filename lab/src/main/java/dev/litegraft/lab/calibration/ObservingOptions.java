package dev.litegraft.lab.calibration;

import dev.litegraft.ConversionOptions;
import dev.litegraft.quantize.Recipe;
import java.util.List;
import java.util.Optional;

/** How a file is converted that is only asked what its layers read. */
final class ObservingOptions {
  private ObservingOptions() {}

  /**
   * The same model by another recipe, in these lengths, with its own probabilities, one text at a
   * time and for no client in particular.
   */
  static ConversionOptions of(ConversionOptions options, Recipe recipe, List<Integer> lengths) {
    return new ConversionOptions(
        recipe,
        options.maxLength(),
        lengths,
        options.signatureNames(),
        options.inputType(),
        options.qkv(),
        options.pooling(),
        options.normalize(),
        options.adapter(),
        options.readAs(),
        options.dimensions(),
        options.reranker(),
        options.task(),
        Optional.empty(),
        Optional.empty(),
        1);
  }
}
