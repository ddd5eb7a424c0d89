package dev.litegraft.runtime;

import dev.litegraft.runtime.TextSignature.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row as a signature takes it: filled up, where its length is static; or several rows of one
 * length, as a signature of several texts takes them.
 *
 * @param all what the model is given: the rows, one after the other
 * @param begin index of the first token of the row that was asked about
 * @param count how many that row has
 * @param texts how many rows there are
 */
record FilledRow(TokenRow all, int begin, int count, int texts) {
  /** A row that is as long as it has to be. */
  static FilledRow of(TokenRow row) {
    return new FilledRow(row, 0, row.length(), 1);
  }

  /** Rows of one length. */
  static FilledRow of(List<TokenRow> rows) {
    int length = rows.get(0).length();
    int[] ids = new int[rows.size() * length];
    int[] mask = new int[ids.length];
    int[] types = new int[ids.length];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).ids(), 0, ids, i * length, length);
      System.arraycopy(rows.get(i).mask(), 0, mask, i * length, length);
      System.arraycopy(rows.get(i).types(), 0, types, i * length, length);
    }
    return new FilledRow(new TokenRow(ids, mask, types), 0, length, rows.size());
  }

  /** A row with {@code padId} up to {@code length}. */
  static FilledRow of(TokenRow row, int length, int padId, boolean left) {
    return new FilledRow(
        row.padded(length, padId, left), left ? length - row.length() : 0, row.length(), 1);
  }

  /** How many tokens each row has. */
  int length() {
    return all.length() / texts;
  }

  /** What an output says of each of several rows: [texts, ..] to as many [1, ..]. */
  List<RawOutput> ofEach(RawOutput output) {
    List<Integer> shape = new ArrayList<>(output.shape());
    int size = output.values().length / texts;
    shape.set(0, 1);
    List<RawOutput> each = new ArrayList<>(texts);
    for (int i = 0; i < texts; i++) {
      float[] own = Arrays.copyOfRange(output.values(), i * size, (i + 1) * size);
      each.add(new RawOutput(output.name(), shape, own));
    }
    return each;
  }

  /** An output without the answers to tokens that filled the row up. */
  RawOutput own(RawOutput output) {
    List<Integer> shape = output.shape();
    if (shape.size() != 3 || shape.get(1) != length() || count == length()) {
      return output;
    }
    int width = shape.get(2);
    return new RawOutput(
        output.name(),
        List.of(shape.get(0), count, width),
        Arrays.copyOfRange(output.values(), begin * width, (begin + count) * width));
  }

  int[] of(Role role) {
    return switch (role) {
      case IDS -> all.ids();
      case MASK -> all.mask();
      case TYPES -> all.types();
    };
  }
}
