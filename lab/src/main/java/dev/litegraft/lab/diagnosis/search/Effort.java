package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.model.Model;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is searched, by the size of the model and not by the clock, so that a diagnosis can be
 * repeated.
 *
 * @param size multiplications with a weight that a token takes
 * @param isLarge whether a token is dear
 */
public record Effort(long size, boolean isLarge) {
  /** Numbers of a model from which on a token is dear. */
  private static final long LARGE = 30_000_000;

  /** Tokens that are computed for every hypothesis. */
  private static final int SCREEN_TOKENS = 110;

  private static final int SCREEN_TOKENS_OF_LARGE = 12;
  private static final double SCREEN_MULTIPLICATIONS = 1e8;

  /** Multiplications after which no further pair is begun; at least {@link #LEAST_PAIR_TOKENS}. */
  private static final double PAIR_MULTIPLICATIONS = 5e10;

  private static final long LEAST_PAIR_TOKENS = 4000;
  private static final long MOST_PAIR_TOKENS = 300_000;

  /** Multiplications of the longest row, so that it takes a few seconds at the most. */
  private static final double LONGEST_ROW_MULTIPLICATIONS = 1.4e10;

  private static final int SHORTEST_ROW = 28;

  /** Tokens of which values of the graph are compared, without padding behind them. */
  private static final int GRAPH_TOKENS = 128;

  private static final int GRAPH_TOKENS_OF_LARGE = 44;
  private static final int MOST_GRAPH_TOKENS = 1024;

  /** Of a model of this size. */
  public Effort(long size) {
    this(size, size > LARGE);
  }

  /** The longest row that is asked, in tokens. */
  public int longestRow() {
    double affordable = LONGEST_ROW_MULTIPLICATIONS / Math.max(1, size);
    return (int) Math.max(SHORTEST_ROW, Math.min(Model.USUAL_LENGTH, affordable));
  }

  /** One row of each kind, the shortest first, in which values of the graph are compared. */
  public List<TokenRow> fewRows(List<AskedRows.Batch> batches) {
    List<TokenRow> few = new ArrayList<>();
    int text = 0;
    int all = 0;
    for (AskedRows.Batch batch : batches) {
      TokenRow row = batch.rows().get(0);
      text += row.trimmed().length();
      all += row.length();
      boolean little = text <= (isLarge ? GRAPH_TOKENS_OF_LARGE : GRAPH_TOKENS);
      if (few.isEmpty() || (little && all <= MOST_GRAPH_TOKENS)) {
        few.add(row);
      }
    }
    return few;
  }

  /**
   * How many tokens are computed for a hypothesis and for pairs of them.
   *
   * @param floor the distance up to which one explains the file
   * @param clear the distance up to which it is the one; 0 of a quantized file
   */
  public TrialPool.Limits limits(double floor, double clear) {
    double screen = Math.min(SCREEN_TOKENS, SCREEN_MULTIPLICATIONS / size);
    double pairs = Math.min(MOST_PAIR_TOKENS, PAIR_MULTIPLICATIONS / size);
    // A quantized file takes longer before it comes to pairs.
    double share = clear > 0 ? 1 : 0.25;
    return new TrialPool.Limits(
        floor,
        clear,
        (int) Math.max(SCREEN_TOKENS_OF_LARGE, screen),
        (long) (share * Math.max(LEAST_PAIR_TOKENS, pairs)),
        false);
  }
}
