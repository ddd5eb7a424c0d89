package dev.litegraft.lab.verification;

import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tflite.TfliteReader;
import java.util.List;
import java.util.Optional;

/** The values inside a file beside the checkpoint's, layer by layer. */
public final class LayersInside {
  private LayersInside() {}

  /**
   * Compares them for one row.
   *
   * @param weights which of the checkpoint's matrices another tool's file has; absent for a file of
   *     ours, whose values have the modules' names
   * @param answer the file's logits or embedding; absent where it gives something else
   * @return the values that both have, in the order of computation; empty where the file's graph
   *     shows none
   * @throws dev.litegraft.error.InvalidInputException if the values cannot be read
   */
  public static List<LayerDifference> of(
      Model checkpoint,
      RawModel model,
      TfliteReader reader,
      Optional<WeightsInFile> weights,
      TokenRow row,
      Optional<float[]> answer,
      PlainLayers layers) {
    ReferenceModel reference = new ReferenceModel(checkpoint, layers);
    Question question = new Question(row.length() + " tokens", Optional.empty(), row);
    StoredAs storage = StoredAs.of(reader.model());
    return weights
        .map(
            found ->
                LayerComparison.of(
                    model,
                    reference,
                    question,
                    storage,
                    MatchedValues.of(reader.model(), found),
                    answer))
        .orElseGet(() -> LayerComparison.of(model, reference, question, storage));
  }
}
