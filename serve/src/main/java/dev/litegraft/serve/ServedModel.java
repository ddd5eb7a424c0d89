package dev.litegraft.serve;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that answers requests. */
sealed interface ServedModel extends AutoCloseable
    permits ServedClassifier, ServedEmbedder, ServedReranker {
  /** What requests call it: the file's name without {@code .tflite}. */
  String name();

  /** What the file says of itself; nothing of files of other programs. */
  Optional<ModelFacts> facts();

  /** The model behind it. */
  RawModel raw();

  /** Whether it says how well texts answer a query. */
  boolean ranks();

  /** Answers a few texts, so that the first request finds code and weights warm. */
  void warmUp();

  /** Answers what waits, then frees the model. */
  @Override
  void close();

  /**
   * Opens a file.
   *
   * @throws dev.litegraft.error.InvalidInputException if it cannot be used, or is of a task that no
   *     request asks for
   */
  static ServedModel open(Path file, ServeOptions options, Metrics metrics) throws IOException {
    Optional<ModelFacts> facts;
    try (TfliteReader reader = TfliteReader.open(file)) {
      facts = reader.facts();
    }
    RawModel raw = RawModel.open(file, options.runtime());
    String name = raw.name();
    Optional<Reranking> judge = facts.flatMap(own -> own.find(ModelFacts.RERANKING));
    Task task = raw.task().orElse(Task.SEQUENCE_CLASSIFICATION);
    return switch (task) {
      case SEQUENCE_CLASSIFICATION ->
          judge.isPresent()
              ? ServedReranker.of(name, facts, raw, options, metrics)
              : ServedClassifier.of(name, facts, raw, options, metrics);
      case EMBEDDING, SPARSE_EMBEDDING -> ServedEmbedder.of(name, facts, raw, options, metrics);
      case TOKEN_EMBEDDING -> ServedReranker.of(name, facts, raw, options, metrics);
      case TOKEN_CLASSIFICATION, QUESTION_ANSWERING -> {
        raw.close();
        throw new InvalidRequestException(
            "the file is for "
                + task.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                + ", which none of the server's paths asks for",
            file.toString(),
            "serve classifiers, embedders and rerankers; ask this one with the library, or with"
                + " litegraft classify, redact or answer");
      }
    };
  }

  /** How many texts a model with these options is asked about at once. */
  static int batch(ServeOptions options) {
    return 64 * options.runtime().threads() * options.runtime().interpreters();
  }
}
