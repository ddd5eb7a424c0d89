package dev.litegraft.benchmarks;

import java.util.Map;

/** A model that exists as its shape alone: what {@link SyntheticCheckpoint} fills with numbers. */
interface SyntheticModel {
  /** Its part of a file's name. */
  String name();

  /** How many token ids there are. */
  int vocabulary();

  /**
   * The text of {@code config.json}.
   *
   * @param torchType how the weights are stored, in torch's words
   */
  String config(String torchType);

  /** Every tensor's shape by its name, in the file's order. */
  Map<String, int[]> shapes();

  /** Multiplications with a weight in one answer, without the head's. */
  long multiplications(int tokens);

  /** Multiplications of activations with each other, in attention: of floats in every recipe. */
  long products(int tokens);
}
