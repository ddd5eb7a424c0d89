package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder as Stanford's ColBERT saves it: an encoder and a matrix beside it, whose lengths and
 * marks stand in {@code artifact.metadata}.
 *
 * <p>Source: {@code MultiVectorEncoder} of sentence-transformers 6, {@code
 * _maybe_load_stanford_metadata}.
 */
final class StanfordColbert {
  private static final String CLASS = "HF_ColBERT";
  private static final String METADATA = "artifact.metadata";
  private static final String PROJECTION = "linear.weight";
  private static final int MAX_BYTES = 1 << 20;

  private StanfordColbert() {}

  /** The folder as modules; absent where its class is another one. */
  static Optional<SentenceTransformer> find(Path folder) throws IOException {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)
        || !(CheckpointJson.read(config, MAX_BYTES).get("architectures") instanceof List<?> names)
        || !names.contains(CLASS)) {
      return Optional.empty();
    }
    Path file = folder.resolve(METADATA);
    Map<String, @Nullable Object> said =
        Files.isRegularFile(file) ? CheckpointJson.read(file, MAX_BYTES) : Map.of();
    SentenceSettings settings = SentenceSettingsReader.read(settings(said, file));
    return Optional.of(SentenceTransformer.colbert(folder, projection(folder), settings));
  }

  /** The same under the keys of PyLate, which took its form from this one. */
  private static HfConfig settings(Map<String, @Nullable Object> said, Path file) {
    Map<String, @Nullable Object> keys = new LinkedHashMap<>();
    keys.put("model_type", "ColBERT");
    keys.put("query_prefix", orUsual(said.get("query_token_id"), "[unused0]") + " ");
    keys.put("document_prefix", orUsual(said.get("doc_token_id"), "[unused1]") + " ");
    keys.put("query_length", orUsual(said.get("query_maxlen"), MultiVectorModules.USUAL_QUERY));
    keys.put("document_length", said.get("doc_maxlen"));
    keys.put("attend_to_expansion_tokens", said.get("attend_to_mask_tokens"));
    if (Boolean.FALSE.equals(said.get("mask_punctuation"))) {
      keys.put("skiplist_words", List.of());
    }
    HfConfig settings = HfConfig.parse("{}", file.toString());
    for (Map.Entry<String, @Nullable Object> key : keys.entrySet()) {
      settings = settings.with(key.getKey(), key.getValue());
    }
    return settings;
  }

  private static Object orUsual(@Nullable Object value, Object usual) {
    return value == null || value.equals("") ? usual : value;
  }

  private static Dense projection(Path folder) throws IOException {
    try (TensorFile file = WeightFiles.open(WeightFiles.single(folder))) {
      TensorData matrix = file.tensors().get(PROJECTION);
      if (matrix == null || matrix.shape().rank() != 2) {
        throw new InvalidCheckpointException(
            "the class is " + CLASS + ", but there is no matrix " + PROJECTION,
            folder.toString(),
            "download the folder again, with all of its files");
      }
      Shape shape = matrix.shape();
      return new Dense(
          "", folder, shape.dim(1), shape.dim(0), false, "linear", false, folder.toString());
    }
  }
}
