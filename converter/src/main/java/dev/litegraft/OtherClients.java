package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.BertVocabulary;
import dev.litegraft.client.Client;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Task;
import dev.litegraft.model.EncoderGraphs;
import dev.litegraft.model.Model;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clients for which a model cannot be converted although its kind is theirs, and why: what {@code
 * inspect} cannot see in a file that was made for another one.
 */
final class OtherClients {
  /** The lengths of a file do not count here: any that the model reads will do. */
  private static final int TOKENS = 16;

  private final Checkpoint checkpoint;
  private final Model model;
  private final Map<String, String> refusals = new LinkedHashMap<>();

  private OtherClients(Checkpoint checkpoint, Model model) {
    this.checkpoint = checkpoint;
    this.model = model;
  }

  /** Tries what a conversion for them would do first; id of the client to the reason. */
  static Map<String, String> refusing(Checkpoint checkpoint, Model model) throws IOException {
    OtherClients clients = new OtherClients(checkpoint, model);
    boolean hasTokenizer = checkpoint.tokenizer().json().isPresent();
    if (hasTokenizer && model.leftOut().isEmpty()) {
      if (clients.isAskedOneTextOfWordPieces()) {
        clients.attempt(Client.MEDIAPIPE, clients::mediaPipe);
      }
      if (model.task() == Task.EMBEDDING) {
        clients.attempt(Client.LITERTLM, clients::liteRtLm);
      }
    }
    return clients.refusals;
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(Client client, Attempt conversion) throws IOException {
    try {
      conversion.run();
    } catch (InvalidInputException e) {
      refusals.put(client.id(), e.what().replaceFirst("; (MediaPipe|LiteRT-LM's) .*$", ""));
    } catch (TokenizerException e) {
      refusals.put(client.id(), e.what()); // No fault of this conversion: verify and text tell it.
    }
  }

  private boolean isAskedOneTextOfWordPieces() throws IOException {
    boolean one = model.task() == Task.EMBEDDING || model.task() == Task.SEQUENCE_CLASSIFICATION;
    boolean ranks =
        model.reranking().isPresent() || checkpoint.sentence().filter(s -> !s.embeds()).isPresent();
    return one && !ranks && BertVocabulary.isWordPiece(checkpoint.tokenizer().json().orElseThrow());
  }

  private void mediaPipe() throws IOException {
    MediaPipeFile.of(checkpoint, model, ConversionOptions.defaults(), tokens());
  }

  private void liteRtLm() throws IOException {
    LiteRtLmFile.of(checkpoint, model);
    new EncoderGraphs(
            model, ConversionOptions.defaults().withLengths(List.of(tokens())).signatures())
        .build();
  }

  private int tokens() {
    return Math.min(TOKENS, model.usualLength());
  }
}
