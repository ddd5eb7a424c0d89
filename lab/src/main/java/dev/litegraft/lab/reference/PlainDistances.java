package dev.litegraft.lab.reference;

import dev.litegraft.layer.Distances;
import dev.litegraft.layer.EachToken;
import dev.litegraft.layer.RowTable;
import java.util.List;
import java.util.Optional;

/** {@link Distances}, computed at once. */
final class PlainDistances implements Distances<Array> {
  private final EachToken<Array> each;
  private final Workers workers;

  PlainDistances(EachToken<Array> each, Workers workers) {
    this.each = each;
    this.workers = workers;
  }

  @Override
  public int longest(Array ids) {
    return ids.dim(1);
  }

  @Override
  public Array relativePositions(Array ids) {
    return DistanceScores.distances(ids);
  }

  @Override
  public Array positionsFrom(Array positions, Array picked) {
    Array from = Tokens.pick(picked, each.column(positions)); // [b, 1, 1]
    return each.add(positions, each.affine(from.reshaped(from.dim(0), 1), -1, 0));
  }

  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    return RowTable.headRows(each, index, tables, heads);
  }

  @Override
  public Array relativeScores(Optional<Array> query, Optional<Array> key, Array rows) {
    return DistanceScores.scores(query, key, rows, workers);
  }

  @Override
  public Array relativeScoresOfOne(Optional<Array> query, Optional<Array> key, Array rows) {
    return DistanceScores.scoresOfOne(query, key, rows, workers);
  }
}
