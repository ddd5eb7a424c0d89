package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Token sequences that tell settings apart: of one token (nothing that depends on positions or
 * other tokens shows), of several, padded right and left, with the pad token inside, pairs, and
 * long ones. Seeded, so that a diagnosis can be repeated.
 */
public final class Rows {
  /** Longer than the windows of small models. */
  private static final int LONG = 64;

  /** The longest, where nothing else limits it. */
  public static final int LONGEST = 512;

  /**
   * Rows of one kind.
   *
   * @param name what they have in common
   */
  public record Batch(String name, List<TokenRow> rows) {
    /** How many tokens there are in all rows, without the padding at the end. */
    int tokens() {
      return rows.stream().mapToInt(row -> row.trimmed().length()).sum();
    }
  }

  /**
   * What a model and a file take.
   *
   * @param vocabulary how many token ids there are
   * @param pad the id that pads rows
   * @param fixedLength the only length that the file takes; 0 for any
   * @param longest the most tokens that both take
   * @param mask whether the file can be told what is padding
   * @param types whether both read token types
   * @param few whether a token is dear, in a large model: then a few rows have to do
   */
  public record Frame(
      int vocabulary,
      int pad,
      int fixedLength,
      int longest,
      boolean mask,
      boolean types,
      boolean few) {}

  private final Random random = new Random(20240607);
  private final Frame frame;
  private final List<Batch> batches = new ArrayList<>();

  public Rows(Frame frame) {
    this.frame = frame;
  }

  /** The rows for a search, the shortest kinds first. */
  public List<Batch> batches() {
    int limit = frame.fixedLength > 0 ? frame.fixedLength : frame.longest;
    int some = Math.min(limit, 10);
    add("one token", tokens(count(6, 2), 1), 0, 0);
    add("several tokens", tokens(count(3, 1), some), 0, 0);
    if (limit >= 4) {
      int padding = Math.max(1, Math.min(limit - 1, 4));
      int text = Math.min(limit, 9) - padding;
      if (frame.mask) {
        add("padded right", tokens(count(2, 1), text), 0, padding);
        if (frame.fixedLength == 0) {
          add("padded left", tokens(count(2, 1), text), padding, 0);
        }
      }
      add("the pad token inside", withPad(tokens(2, Math.min(limit, 8))), 0, 0);
      if (frame.types) {
        pairs(tokens(count(2, 1), Math.min(limit, 8)));
      }
    }
    for (int length : List.of(28, LONG, limit)) {
      if (length > some && length <= limit && batches.stream().noneMatch(isAsLongAs(length))) {
        add(length + " tokens", tokens(1, length), 0, 0);
      }
    }
    return List.copyOf(batches);
  }

  private static java.util.function.Predicate<Batch> isAsLongAs(int length) {
    return batch -> batch.rows.get(0).length() == length && !batch.rows.get(0).isPadded();
  }

  private int count(int usual, int few) {
    return frame.few ? few : usual;
  }

  /** Texts of one token each, all different where the vocabulary is large enough. */
  public List<TokenRow> singleTokens(int count) {
    int[][] rows = new int[count][1];
    int stride = Math.max(1, frame.vocabulary / count);
    for (int i = 0; i < count; i++) {
      rows[i][0] = notPad((int) ((long) i * stride % frame.vocabulary));
    }
    return Arrays.stream(rows).map(row -> row(row, 0, 0)).toList();
  }

  private int notPad(int id) {
    return id == frame.pad ? (id + 1) % frame.vocabulary : id;
  }

  private int[][] tokens(int count, int length) {
    int[][] rows = new int[count][length];
    for (int[] row : rows) {
      Arrays.setAll(row, i -> notPad(random.nextInt(frame.vocabulary)));
    }
    return rows;
  }

  /** In the middle of all, and at the end of the last. */
  private int[][] withPad(int[][] rows) {
    for (int[] row : rows) {
      row[row.length / 2] = frame.pad;
    }
    int[] last = rows[rows.length - 1];
    last[last.length - 1] = frame.pad;
    return rows;
  }

  private void add(String name, int[][] tokens, int left, int right) {
    batches.add(new Batch(name, Arrays.stream(tokens).map(row -> row(row, left, right)).toList()));
  }

  /** The second half is the second text. */
  private void pairs(int[][] tokens) {
    List<TokenRow> rows = new ArrayList<>();
    for (int[] ids : tokens) {
      TokenRow row = row(ids, 0, 0);
      Arrays.fill(row.types(), ids.length / 2, ids.length, 1);
      rows.add(row);
    }
    batches.add(new Batch("pairs of texts", rows));
  }

  private TokenRow row(int[] tokens, int left, int right) {
    int after = frame.fixedLength > 0 ? frame.fixedLength - tokens.length - left : right;
    int[] ids = new int[left + tokens.length + after];
    Arrays.fill(ids, frame.pad);
    System.arraycopy(tokens, 0, ids, left, tokens.length);
    int[] mask = new int[ids.length];
    Arrays.fill(mask, left, left + tokens.length, 1);
    return new TokenRow(ids, mask, new int[ids.length]);
  }
}
