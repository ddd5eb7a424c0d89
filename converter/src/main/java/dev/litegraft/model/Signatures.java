package dev.litegraft.model;

import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.List;

/**
 * Which graphs a file has, and what their inputs look like.
 *
 * @param lengths static lengths in rising order, one signature each; empty: one signature whose
 *     sequence axis is dynamic
 * @param names how inputs are called
 * @param inputType type of ids and masks: {@link DType#I32} or {@link DType#I64}
 * @param qkv how query, key and value projections are computed
 * @param alwaysTypes whether there is an input for token types also where the model reads none
 * @param output what the numbers of a classifier are
 * @param batch how many texts of one length a further signature takes at once; 1 for none
 */
public record Signatures(
    List<Integer> lengths,
    SignatureNames names,
    DType inputType,
    EdgeLayout.Qkv qkv,
    boolean alwaysTypes,
    OutputForm output,
    int batch) {
  private static final Signatures DEFAULTS =
      new Signatures(List.of(), SignatureNames.HF, DType.I32, EdgeLayout.Qkv.SPLIT);

  /** The signature that runtimes run when none is named. */
  static final String SERVING_DEFAULT = "serving_default";

  /** Of inputs that the model reads, and logits. */
  public Signatures(
      List<Integer> lengths, SignatureNames names, DType inputType, EdgeLayout.Qkv qkv) {
    this(lengths, names, inputType, qkv, false, OutputForm.LOGITS);
  }

  /** Without a signature of several texts. */
  public Signatures(
      List<Integer> lengths,
      SignatureNames names,
      DType inputType,
      EdgeLayout.Qkv qkv,
      boolean alwaysTypes,
      OutputForm output) {
    this(lengths, names, inputType, qkv, alwaysTypes, output, 1);
  }

  /** The same with a further signature of several texts. */
  public Signatures withBatch(int texts) {
    return new Signatures(lengths, names, inputType, qkv, alwaysTypes, output, texts);
  }

  public Signatures {
    lengths = lengths.stream().sorted().distinct().toList();
    if (inputType != DType.I32 && inputType != DType.I64) {
      throw new IllegalArgumentException("inputs are I32 or I64, not " + inputType);
    }
  }

  /** One dynamic signature, Hugging Face's names, int32, separate projections. */
  public static Signatures defaults() {
    return DEFAULTS;
  }

  /** The tokens of each graph: {@link Shape#TOKENS} alone, or the static lengths. */
  List<Integer> tokens() {
    return lengths.isEmpty() ? List.of(Shape.TOKENS) : lengths;
  }

  /** The signature that takes several texts: {@code batch_8}. */
  String batchKey() {
    return "batch_" + batch;
  }

  /** The signature of a graph: of several static ones the longest is the default one. */
  String key(int tokens) {
    boolean longest = lengths.isEmpty() || tokens == lengths.get(lengths.size() - 1);
    return longest ? SERVING_DEFAULT : "tokens_" + tokens;
  }
}
