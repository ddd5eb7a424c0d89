package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A table of vectors as a model: its shape says all that a config would. */
final class StaticTable {
  private static final List<String> NAMES = List.of("embedding.weight", "embeddings");

  private StaticTable() {}

  /**
   * The config that the table in a folder amounts to.
   *
   * @throws InvalidCheckpointException if there is none
   */
  static HfConfig config(Path folder) throws IOException {
    Path path = WeightFiles.single(folder);
    try (TensorFile file = WeightFiles.open(path)) {
      Shape shape =
          NAMES.stream()
              .flatMap(name -> Optional.ofNullable(file.tensors().get(name)).stream())
              .map(RawTensorData::shape)
              .filter(found -> found.rank() == 2)
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidCheckpointException(
                          "the folder of static embeddings has no table of vectors: "
                              + file.tensors().keySet(),
                          path.toString(),
                          "download the folder again; the table is called " + NAMES));
      return HfConfig.parse(
          "{\"architectures\": [\"StaticEmbeddingModel\"], \"model_type\": \"static-embedding\","
              + " \"vocab_size\": "
              + shape.dim(0)
              + ", \"hidden_size\": "
              + shape.dim(1)
              + "}",
          path.toString());
    }
  }
}
