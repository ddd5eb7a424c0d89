package dev.litegraft.lab.reference;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.PartedLayers;

/**
 * Layers for texts that stand one behind the other in a single row, so that weights are read once
 * for all of them whatever their lengths: [b, t] of the interface is [1, t₁ + t₂ + …] here, and
 * what is one row a text, [b, 1, d], is [1, b, d].
 *
 * <p>Each text is computed as if it were alone: positions begin anew with each, and no query sees
 * another text's keys, not even one that sees none of its own.
 */
public final class PackedLayers extends PartedLayers<Array> {
  /**
   * @param to the layers that compute
   * @param lengths of the texts, each 1 or more
   */
  public PackedLayers(Layers<Array> to, int... lengths) {
    this(to, PackedTexts.of(lengths));
  }

  private PackedLayers(Layers<Array> to, PackedTexts texts) {
    super(to, new PackedAcrossTokens(to, texts), new PackedDistances(to, texts));
  }
}
