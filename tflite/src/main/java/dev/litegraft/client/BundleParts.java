package dev.litegraft.client;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.json.Json;
import dev.litegraft.tflite.Bundle;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the parts of a bundle are what LiteRT-LM's EmbeddingEngine looks for. */
final class BundleParts {
  private static final String CONVERT = "--for litertlm";
  private static final List<Integer> TOKEN = List.of(1);
  private static final int ROWS_RANK = 3;

  private final List<Obstacle> obstacles = new ArrayList<>();

  private BundleParts() {}

  /** Why it does not run the bundle of which {@code encoder} is a part. */
  static List<Obstacle> obstacles(TfliteReader encoder) throws IOException {
    BundleParts parts = new BundleParts();
    Bundle bundle = encoder.bundle().orElseThrow();
    try (TfliteReader embedder = bundle.openEmbedder()) {
      parts.embedder(embedder.model());
    } catch (InvalidFileException e) {
      parts.refuse(e.what());
    }
    parts.encoder(encoder.model());
    parts.tokenizer(bundle);
    return parts.obstacles;
  }

  private void refuse(String what) {
    obstacles.add(new Obstacle(what, CONVERT));
  }

  private void embedder(TfliteModel model) {
    boolean lookUp =
        model.subgraphs().size() == 1
            && model.subgraphs().get(0).inputs().size() == 1
            && model.subgraphs().get(0).outputs().size() == 1;
    if (lookUp) {
      TfliteModel.Subgraph main = model.subgraphs().get(0);
      TfliteModel.Tensor token = main.tensors().get(main.inputs().get(0));
      TfliteModel.Tensor row = main.tensors().get(main.outputs().get(0));
      lookUp =
          token.type() == TensorType.INT32
              && token.shape().equals(TOKEN)
              && row.type() == TensorType.FLOAT32
              && row.shape().size() == ROWS_RANK;
    }
    if (!lookUp) {
      refuse("its embedder does not give one token, int32[1], its row, float32[1, 1, d]");
    }
  }

  private void encoder(TfliteModel model) {
    List<TfliteModel.Signature> encoders =
        model.signatures().stream().filter(s -> s.key().startsWith("encoder")).toList();
    if (encoders.isEmpty()) {
      refuse("its encoder has no signature that begins with \"encoder\"");
    }
    Set<List<Integer>> answers = new HashSet<>();
    for (TfliteModel.Signature signature : encoders) {
      for (String name : signature.inputs().keySet()) {
        if (!name.contains("embeddings") && !name.contains("input_mask")) {
          refuse("its encoder has the input " + name + ", into which nothing would be written");
        }
      }
      signature
          .outputs()
          .values()
          .forEach(index -> answers.add(model.tensor(signature.subgraph(), index).shape()));
    }
    if (answers.size() > 1) {
      refuse("its lengths answer with vectors of several shapes: " + answers);
    }
  }

  private void tokenizer(Bundle bundle) throws IOException {
    Optional<byte[]> json = bundle.tokenizer();
    if (json.isEmpty()) {
      refuse("it has no tokenizer that is known here");
      return;
    }
    Map<String, ?> root = Json.parse(json.get(), "the bundle's tokenizer");
    if (root.get("padding") != null || root.get("truncation") != null) {
      refuse(
          "its tokenizer fills texts up or cuts them, which the engine obeys: their vectors would be"
              + " those of pieces");
    }
  }
}
