package dev.litegraft.lab.verification;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.error.InvalidRequestException;
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
   * @param task of several that the model was trained for, the one that is wanted; where it is
   *     absent the file's own counts
   * @throws InvalidRequestException if the file was made of the weights for another task
   */
  public static Checkpoint open(
      TfliteReader reader,
      Path folder,
      Optional<Path> adapter,
      Optional<ReadAs> readAs,
      Optional<String> task)
      throws IOException {
    Optional<Checkpoint.Asking> asking =
        Files.exists(folder.resolve("modules.json"))
            ? Optional.empty()
            : reader
                .facts()
                .flatMap(facts -> facts.find(ModelFacts.RERANKING))
                .map(asked -> tokenizer -> asked);
    return Checkpoint.open(
        folder, adapter, readAs, asking, Architectures.families(task(reader, task)));
  }

  /** The task that is wanted, else the one whose weights the file says it was made of. */
  static Optional<String> task(TfliteReader reader, Optional<String> asked) throws IOException {
    Optional<String> own = reader.facts().flatMap(facts -> facts.find(ModelFacts.LORA_TASK));
    if (asked.isPresent() && own.isPresent() && !asked.equals(own)) {
      throw new InvalidRequestException(
          "--task is " + asked.get() + ", and the file was made of the weights for " + own.get(),
          "lora_task in litegraft.json inside of the file",
          "leave --task out, or give the file that was converted for " + asked.get());
    }
    return asked.or(() -> own);
  }

  /**
   * {@link #open}'s task of a file, for what is asked of the folder alone.
   *
   * @throws InvalidRequestException as {@link #open}
   * @throws IOException if the file cannot be read
   */
  public static Optional<String> task(Path file, Optional<String> asked) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      return task(reader, asked);
    }
  }
}
