package dev.litegraft.architecture;

import dev.litegraft.layer.Activation;
import java.util.List;

/**
 * What a family calls the parts of its head that fills in words, from the root of a checkpoint of
 * its {@code ForMaskedLM} class.
 *
 * @param dense the linear layer before the norm
 * @param norm the norm behind its activation
 * @param decoder the matrix that makes logits, where it is not tied to the table of words
 * @param biases where the logits' bias may stand, the last name included
 * @param activation the function between dense layer and norm
 * @param epsilon of the norm
 */
public record MaskedHead(
    String dense,
    String norm,
    String decoder,
    List<String> biases,
    Activation activation,
    double epsilon) {
  public MaskedHead {
    biases = List.copyOf(biases);
  }
}
