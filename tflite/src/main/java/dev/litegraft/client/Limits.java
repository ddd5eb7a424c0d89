package dev.litegraft.client;

import dev.litegraft.tflite.TensorType;
import java.util.Map;
import java.util.Set;

/**
 * What a client takes.
 *
 * @param inputs types of inputs
 * @param dynamic whether a dimension may be unknown until the file is run
 * @param versions the newest version of an operator; of one that is not there any
 * @param rowScales whether a matrix in int8 may have a scale a row
 * @param fourBits whether a matrix may be in int4
 * @param subgraphs the most, where each length is one
 * @param bert whether it makes the tokens itself, as BERT's tokenizer does, and answers a text with
 *     one row of numbers
 */
record Limits(
    Set<TensorType> inputs,
    boolean dynamic,
    Map<String, Integer> versions,
    boolean rowScales,
    boolean fourBits,
    int subgraphs,
    boolean bert) {
  private static final int ANY = Integer.MAX_VALUE;

  private static final Set<TensorType> INT32 = Set.of(TensorType.INT32);
  private static final Set<TensorType> INTEGERS = Set.of(TensorType.INT32, TensorType.INT64);

  static Limits of(Client client) {
    return switch (client) {
      case WEB -> new Limits(INT32, false, Map.of(), true, true, ANY, false);
      case ANDROID ->
          new Limits(
              INTEGERS,
              true,
              Map.of("FULLY_CONNECTED", 11, "EMBEDDING_LOOKUP", 3),
              false,
              false,
              ANY,
              false);
      case ANDROID_LITERT -> new Limits(INTEGERS, true, Map.of(), true, true, ANY, false);
      case MEDIAPIPE -> new Limits(INT32, false, Map.of(), true, true, 1, true);
      // Of the encoder: the rows of tokens, and a mask.
      case LITERTLM ->
          new Limits(Set.of(TensorType.FLOAT32), false, Map.of(), true, true, ANY, false);
    };
  }
}
