package dev.litegraft.lab.reference;

import dev.litegraft.layer.Distances;
import dev.litegraft.layer.RowTable;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@link Distances} of texts that stand one behind the other. */
final class PackedDistances implements Distances<Array> {
  private final Distances<Array> to;
  private final PackedTexts texts;

  PackedDistances(Distances<Array> to, PackedTexts texts) {
    this.to = to;
    this.texts = texts;
  }

  /** Those of the longest text; of shorter ones the middle is read. */
  @Override
  public Array relativePositions(Array ids) {
    return to.relativePositions(texts.part(ids, texts.longestText()));
  }

  @Override
  public int longest(Array ids) {
    return texts.length(texts.longestText());
  }

  /** From the picked token of the same text. */
  @Override
  public Array positionsFrom(Array positions, Array picked) {
    float[] out = new float[texts.tokens()];
    for (int i = 0; i < texts.count(); i++) {
      float[] one =
          Arrays.copyOfRange(
              picked.numbers(),
              i * texts.tokens() + texts.begin(i),
              i * texts.tokens() + texts.end(i));
      Array of = Array.of(Shape.of(1, 1, texts.length(i)), one);
      float[] own = to.positionsFrom(texts.part(positions, i), of).numbers();
      System.arraycopy(own, 0, out, texts.begin(i), own.length);
    }
    return Array.of(Shape.of(1, texts.tokens()), out);
  }

  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    return to.headRows(index, tables, heads);
  }

  /** Of all pairs of tokens: what two texts have with each other is masked. */
  @Override
  public Array relativeScores(Optional<Array> query, Optional<Array> key, Array rows) {
    return to.relativeScores(query, key, rows);
  }

  @Override
  public Array relativeScoresOfOne(Optional<Array> query, Optional<Array> key, Array rows) {
    return to.relativeScoresOfOne(query, key, rows);
  }
}
