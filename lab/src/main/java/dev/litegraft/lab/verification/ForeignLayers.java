package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The values inside another tool's file beside the checkpoint's, layer by layer. */
public final class ForeignLayers {
  private ForeignLayers() {}

  /**
   * Compares them for one row.
   *
   * @param weights which of the checkpoint's matrices the file has
   * @param answer the file's answer to the row
   * @return the values that both have, in the order of computation; empty where the file's graph
   *     shows none
   * @throws dev.litegraft.error.InvalidInputException if the values cannot be read
   */
  public static List<LayerDifference> of(
      Model checkpoint,
      RawModel model,
      TfliteReader reader,
      WeightsInFile weights,
      TokenRow row,
      float[] answer,
      PlainLayers layers) {
    return LayerComparison.of(
        model,
        new ReferenceModel(checkpoint, layers),
        new Question(row.length() + " tokens", Optional.empty(), row),
        StoredAs.of(reader.model()),
        MatchedValues.of(reader.model(), weights),
        answer);
  }

  /** All matrices of the checkpoint that the file has. */
  static MatchedValues matched(Checkpoint checkpoint, TfliteReader reader) throws IOException {
    return MatchedValues.of(
        reader.model(),
        WeightsInFile.of(checkpoint.tensors(), reader, Integer.MAX_VALUE));
  }
}
