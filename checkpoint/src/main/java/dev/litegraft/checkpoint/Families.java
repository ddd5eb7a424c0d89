package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.tensor.TensorData;
import java.util.Map;
import java.util.Optional;

/** What the reading of a folder asks of the model families. */
@FunctionalInterface
public interface Families {
  /** What the family of a config calls its modules. */
  ModuleNames moduleNames(HfConfig config);

  /**
   * A folder whose model is Python code of its own, as the class of transformers that computes the
   * same; absent where no family knows the code.
   *
   * @param config the config.json as it stands
   */
  default Optional<CustomCode> customCode(HfConfig config) {
    return Optional.empty();
  }

  /**
   * Whether the family's weights are also released in the form of Meta's and Mistral's own
   * programs.
   *
   * @param config the config.json as it stands
   */
  default boolean isConsolidated(HfConfig config) {
    return false;
  }

  /**
   * The tensors under the names that the family's class has for them.
   *
   * @param config with the {@code model_type} of the class
   * @param stored as the folder has them
   */
  default Map<String, TensorData> tensors(HfConfig config, Map<String, TensorData> stored) {
    return stored;
  }
}
