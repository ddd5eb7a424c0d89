package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tflite.FileOrder;
import dev.litegraft.tflite.FileVerifier;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Signature;
import dev.litegraft.tflite.TfliteModel.Tensor;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The way of a file to native code: verified when it is opened, and again for each number of tokens
 * before LiteRT takes memory for it. Where a file is trusted, only its order is looked at.
 */
final class Door {
  private record Asked(Optional<String> key, int length, boolean keeps) {}

  private final String where;
  private final TfliteModel model;
  private final @Nullable FileVerifier verifier;
  private final Set<Asked> verified = ConcurrentHashMap.newKeySet();

  /** What is in the file. */
  TfliteModel model() {
    return model;
  }

  private Door(String where, TfliteModel model, @Nullable FileVerifier verifier) {
    this.where = where;
    this.model = model;
    this.verifier = verifier;
  }

  /**
   * Verifies a file.
   *
   * @param trust whether what cannot be vouched for may pass
   * @throws InvalidFileException that names the operator or tensor that is not vouched for
   */
  static Door open(TfliteReader reader, boolean trust) throws IOException {
    String where = reader.where();
    if (trust) {
      FileOrder.require(reader.model(), where);
      return new Door(where, reader.model(), null);
    }
    return new Door(
        where, reader.model(), FileVerifier.verify(reader, where, FileVerifier.Budget.USUAL));
  }

  /**
   * Verifies a signature for a number of tokens.
   *
   * @param keeps whether every value is kept to the end
   * @throws InvalidFileException as {@link #open}
   */
  void require(Optional<String> key, int length, boolean keeps) {
    Asked asked = new Asked(key, length, keeps);
    if (verifier == null || verified.contains(asked)) {
      return;
    }
    // One that the file does not name would have another's subgraph verified.
    Optional<Signature> signature =
        key.map(name -> model.signature(name).orElseThrow(() -> unknown(name)));
    int subgraph = signature.map(Signature::subgraph).orElse(0);
    Collection<Integer> inputs =
        signature.map(s -> s.inputs().values()).orElse(model.subgraphs().get(subgraph).inputs());
    Map<Integer, int[]> dims = new HashMap<>();
    for (int input : inputs) {
      Tensor tensor = model.tensor(subgraph, input);
      if (tensor.isDynamic()) {
        boolean flat = tensor.shape().size() == 1;
        int texts = flat ? 1 : Math.max(1, tensor.shape().get(0));
        dims.put(input, flat ? new int[] {length} : new int[] {texts, length});
      }
    }
    if (keeps) {
      verifier.verifyKeeping(subgraph, dims);
    } else {
      verifier.verify(subgraph, dims);
    }
    verified.add(asked);
  }

  private InvalidFileException unknown(String key) {
    return new InvalidFileException(
        "LiteRT finds a signature that the file does not name: " + key,
        where,
        "make the file again");
  }
}
