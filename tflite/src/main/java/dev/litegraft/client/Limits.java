package dev.litegraft.client;

import dev.litegraft.tflite.TensorType;
import java.util.Set;

/**
 * What a client takes, of the version that {@link Client#version} names.
 *
 * @param inputs types of inputs
 * @param dynamic whether a dimension may be unknown until the file is run
 * @param operators the operators that it knows, and of each the newest version
 * @param rowScales whether a matrix in int8 may have a scale a row
 * @param fourBits whether a matrix may be in int4
 * @param halfTables whether rows may be gathered from a table in f16
 * @param fastKernels whether linear layers always run on XNNPACK there: its built-in kernels read
 *     one scale a row of a matrix in int4 that has a scale a block, and answer wrongly
 * @param subgraphs the most, where each length is one
 * @param bert whether it makes the tokens itself, as BERT's tokenizer does, and answers a text with
 *     one row of numbers
 * @param bytes of the largest file
 * @param slowBytes of files from which on loading takes ten seconds and more
 */
record Limits(
    Set<TensorType> inputs,
    boolean dynamic,
    KnownOperators operators,
    boolean rowScales,
    boolean fourBits,
    boolean halfTables,
    boolean fastKernels,
    int subgraphs,
    boolean bert,
    long bytes,
    long slowBytes) {
  private static final int ANY = Integer.MAX_VALUE;
  private static final long NONE = Long.MAX_VALUE;

  /** Offsets of 32 bits end here; larger files keep their constants behind the FlatBuffer. */
  private static final long OFFSETS = Integer.MAX_VALUE;

  private static final Set<TensorType> INT32 = Set.of(TensorType.INT32);
  private static final Set<TensorType> INTEGERS = Set.of(TensorType.INT32, TensorType.INT64);

  /** Of the encoder in a bundle: the rows of tokens, and a mask. */
  private static final Set<TensorType> ROWS = Set.of(TensorType.FLOAT32);

  private static final Limits WEB =
      new Limits(
          INT32,
          false,
          KnownOperators.WEB,
          true,
          true,
          true,
          true,
          ANY,
          false,
          OFFSETS,
          // 136 MB took 12 s to compile on two shared cores, and 600 MB to run.
          150L << 20);

  private static final Limits ANDROID =
      new Limits(
          INTEGERS,
          true,
          KnownOperators.ANDROID,
          false,
          false,
          false,
          false,
          ANY,
          false,
          OFFSETS,
          NONE);

  private static final Limits ANDROID_LITERT =
      new Limits(
          INTEGERS, true, KnownOperators.ANY, true, true, true, false, ANY, false, NONE, NONE);

  private static final Limits MEDIAPIPE =
      new Limits(INT32, false, KnownOperators.ANY, true, true, true, true, 1, true, OFFSETS, NONE);

  private static final Limits LITERTLM =
      new Limits(
          ROWS, false, KnownOperators.ANY, true, true, true, true, ANY, false, OFFSETS, NONE);

  static Limits of(Client client) {
    return switch (client) {
      case WEB -> WEB;
      case ANDROID -> ANDROID;
      case ANDROID_LITERT -> ANDROID_LITERT;
      case MEDIAPIPE -> MEDIAPIPE;
      case LITERTLM -> LITERTLM;
    };
  }
}
