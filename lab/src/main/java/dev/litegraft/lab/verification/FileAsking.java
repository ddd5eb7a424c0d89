package dev.litegraft.lab.verification;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens a checkpoint as a file says that it was converted. */
public final class FileAsking {
  private FileAsking() {}

  /**
   * A causal language model that was converted as a reranker is one here, too: a folder without
   * modules does not say so itself.
   *
   * @param reader the file
   */
  public static Checkpoint open(
      TfliteReader reader, Path folder, Optional<Path> adapter, Optional<ReadAs> readAs)
      throws IOException {
    Optional<Checkpoint.Asking> asking =
        Files.exists(folder.resolve("modules.json"))
            ? Optional.empty()
            : reader
                .facts()
                .flatMap(facts -> facts.find(ModelFacts.RERANKING))
                .map(asked -> tokenizer -> asked);
    return Checkpoint.open(folder, adapter, readAs, asking, Architectures.FAMILIES);
  }
}
