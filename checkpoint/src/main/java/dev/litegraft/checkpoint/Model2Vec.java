package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.CheckpointJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder of model2vec without modules of sentence-transformers: what its config says.
 *
 * <p>Source: {@code StaticModel} of model2vec, which leaves tokens of unknown words out.
 */
final class Model2Vec {
  private static final long MAX_BYTES = 256 << 20;

  private Model2Vec() {}

  /** The folder as modules; absent where its config is of another kind. */
  static Optional<SentenceTransformer> find(Path folder) throws IOException {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> said = CheckpointJson.read(config, MAX_BYTES);
    if (!"model2vec".equals(said.get("model_type"))) {
      return Optional.empty();
    }
    boolean normalize = Boolean.TRUE.equals(said.get("normalize"));
    return Optional.of(SentenceTransformer.table(normalize, unknown(folder)));
  }

  private static List<Integer> unknown(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    Object model = CheckpointJson.read(file, MAX_BYTES).get("model");
    if (!(model instanceof Map<?, ?> pieces)) {
      return List.of();
    }
    if (pieces.get("unk_id") instanceof Number id) {
      return List.of(id.intValue());
    }
    Object token = pieces.get("unk_token");
    return token != null
            && pieces.get("vocab") instanceof Map<?, ?> vocabulary
            && vocabulary.get(token) instanceof Number id
        ? List.of(id.intValue())
        : List.of();
  }
}
