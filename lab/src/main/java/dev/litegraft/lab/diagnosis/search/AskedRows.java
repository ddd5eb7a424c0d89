package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.verification.Reach;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Token sequences that tell settings apart: of one token (nothing that depends on positions or
 * other tokens shows), of several, padded right and left, with the pad token inside, pairs, and
 * long ones. Seeded, so that a diagnosis can be repeated.
 */
public final class AskedRows {
  /** Longer than the windows of small models. */
  private static final int LONG = 64;

  /** What rows can tell of a file: how it reads texts, or only how it reads odd padding. */
  public enum Group {
    /** Without padding, or padded on the side of the folder's tokenizer. */
    PLAIN("texts as a tokenizer makes them"),
    /** Padded on the other side. */
    OTHER_SIDE("rows padded on the other side"),
    /** With the pad token among the text's. */
    PAD_INSIDE("rows with the pad token inside");

    private final String words;

    Group(String words) {
      this.words = words;
    }

    /** What the rows are, as a sentence calls them. */
    public String words() {
      return words;
    }
  }

  /**
   * AskedRows of one kind.
   *
   * @param name what they have in common
   * @param group what they can tell
   */
  public record Batch(String name, Group group, List<TokenRow> rows) {
    /** How many tokens there are in all rows, without the padding at the end. */
    int tokens() {
      return rows.stream().mapToInt(row -> row.trimmed().length()).sum();
    }
  }

  private final Random random = new Random(20240607);
  private final Reach reach;
  private final int fixedLength;
  private final boolean few;
  private final boolean padsLeft;
  private final boolean bothSides;
  private final List<Batch> batches = new ArrayList<>();

  /**
   * AskedRows of what a model and a file can be asked.
   *
   * @param few whether a token is dear, in a large model: then a few rows have to do
   * @param padsLeft whether the folder's tokenizer fills rows up at the left, and the file is of a
   *     tool that says nothing of it
   * @param bothSides whether rows of a fixed length are filled up on the other side, too
   */
  public AskedRows(Reach reach, boolean few, boolean padsLeft, boolean bothSides) {
    this.reach = reach;
    this.fixedLength = reach.tellingLength();
    this.few = few;
    this.padsLeft = padsLeft;
    this.bothSides = bothSides;
  }

  /** The rows for a search, the shortest kinds first. */
  public List<Batch> batches() {
    // A file may take more tokens at once than the checkpoint has positions.
    int limit = fixedLength > 0 ? Math.min(fixedLength, reach.longest()) : reach.longest();
    int some = Math.min(limit, 10);
    add("one token", Group.PLAIN, tokens(count(6, 2), 1), 0, 0);
    add("several tokens", Group.PLAIN, tokens(count(3, 1), some), 0, 0);
    if (limit >= 4) {
      int padding = Math.max(1, Math.min(limit - 1, 4));
      int text = Math.min(limit, 9) - padding;
      if (reach.takesMask()) {
        if (fixedLength == 0) {
          add("padded right", side(false), tokens(count(2, 1), text), 0, padding);
          add("padded left", side(true), tokens(count(2, 1), text), padding, 0);
        } else {
          add("padded", Group.PLAIN, tokens(count(2, 1), text), 0, 0);
          if (bothSides) {
            // So long that the token at mask.sum() - 1 is one of the text.
            otherSide(tokens(count(2, 1), Math.max(text, limit * 5 / 8)));
          }
        }
      }
      add("the pad token inside", Group.PAD_INSIDE, withPad(tokens(2, Math.min(limit, 8))), 0, 0);
      if (reach.takesTypes()) {
        pairs(tokens(count(2, 1), Math.min(limit, 8)));
      }
    }
    for (int length : List.of(28, LONG, limit)) {
      if (length > some && length <= limit && batches.stream().noneMatch(isAsLongAs(length))) {
        add(length + " tokens", Group.PLAIN, tokens(1, length), 0, 0);
      }
    }
    return List.copyOf(batches);
  }

  private static java.util.function.Predicate<Batch> isAsLongAs(int length) {
    return batch -> batch.rows.get(0).length() == length && !batch.rows.get(0).isPadded();
  }

  private int count(int usual, int least) {
    return few ? least : usual;
  }

  /** Texts of one token each, all different where the vocabulary is large enough. */
  public List<TokenRow> singleTokens(int count) {
    int[][] rows = new int[count][1];
    int stride = Math.max(1, reach.vocabulary() / count);
    for (int i = 0; i < count; i++) {
      rows[i][0] = notPad((int) ((long) i * stride % reach.vocabulary()));
    }
    return Arrays.stream(rows).map(row -> row(row, 0, 0)).toList();
  }

  private int notPad(int id) {
    return id == reach.padId() ? (id + 1) % reach.vocabulary() : id;
  }

  private int[][] tokens(int count, int length) {
    int[][] rows = new int[count][length];
    for (int[] row : rows) {
      Arrays.setAll(row, i -> notPad(random.nextInt(reach.vocabulary())));
    }
    return rows;
  }

  /** In the middle of all, and at the end of the last. */
  private int[][] withPad(int[][] rows) {
    for (int[] row : rows) {
      row[row.length / 2] = reach.padId();
    }
    int[] last = rows[rows.length - 1];
    last[last.length - 1] = reach.padId();
    return rows;
  }

  private Group side(boolean left) {
    return left == padsLeft ? Group.PLAIN : Group.OTHER_SIDE;
  }

  private void add(String name, Group group, int[][] tokens, int left, int right) {
    List<TokenRow> rows = Arrays.stream(tokens).map(row -> row(row, left, right)).toList();
    batches.add(new Batch(name, group, rows));
  }

  /** AskedRows of the fixed length that are filled up where a tokenizer does not. */
  private void otherSide(int[][] tokens) {
    List<TokenRow> rows =
        Arrays.stream(tokens)
            .map(row -> filled(row, padsLeft ? 0 : fixedLength - row.length))
            .toList();
    batches.add(new Batch("padded " + (padsLeft ? "right" : "left"), Group.OTHER_SIDE, rows));
  }

  /** The second half is the second text. */
  private void pairs(int[][] tokens) {
    List<TokenRow> rows = new ArrayList<>();
    for (int[] ids : tokens) {
      TokenRow row = row(ids, 0, 0);
      int begin = fixedLength > 0 && padsLeft ? row.length() - ids.length : 0;
      Arrays.fill(row.types(), begin + ids.length / 2, begin + ids.length, 1);
      rows.add(row);
    }
    batches.add(new Batch("pairs of texts", Group.PLAIN, rows));
  }

  private TokenRow row(int[] tokens, int left, int right) {
    if (fixedLength > 0) {
      return filled(tokens, padsLeft ? fixedLength - tokens.length : left);
    }
    return row(tokens, left, left + tokens.length + right, reach.padId());
  }

  /** Of the fixed length. */
  private TokenRow filled(int[] tokens, int left) {
    return row(tokens, left, fixedLength, reach.padId());
  }

  private static TokenRow row(int[] tokens, int left, int length, int pad) {
    int[] ids = new int[length];
    Arrays.fill(ids, pad);
    System.arraycopy(tokens, 0, ids, left, tokens.length);
    int[] mask = new int[length];
    Arrays.fill(mask, left, left + tokens.length, 1);
    return new TokenRow(ids, mask, new int[length]);
  }
}
