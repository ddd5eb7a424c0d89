package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Task;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Token sequences that tell settings apart: of one token (nothing that depends on positions or
 * other tokens shows), of several, padded right and left, with the pad token inside, and long ones.
 * Seeded, so that a diagnosis can be repeated.
 */
final class Probes {
  /**
   * Texts of one length, computed at once.
   *
   * @param ids [b][t]
   * @param mask [b][t], 1 for tokens
   */
  record Batch(int[][] ids, int[][] mask) {
    int length() {
      return ids[0].length;
    }

    /** Without the columns that are padding in every text, at the end. */
    Batch trimmed() {
      int length = 0;
      for (int[] row : mask) {
        for (int i = 0; i < row.length; i++) {
          length = row[i] == 0 ? length : Math.max(length, i + 1);
        }
      }
      int[][] shortIds = new int[ids.length][];
      int[][] shortMask = new int[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        shortIds[i] = Arrays.copyOf(ids[i], length);
        shortMask[i] = Arrays.copyOf(mask[i], length);
      }
      return new Batch(shortIds, shortMask);
    }

    /** As a forward pass reads them. */
    Inputs<Array> inputs(Task task, boolean tokenTypes) {
      Optional<Array> types =
          tokenTypes
              ? Optional.of(Array.filled(Shape.of(ids.length, length()), 0))
              : Optional.empty();
      return new Inputs<>(Array.ofRows(ids), Array.ofRows(mask), types, task, Optional.empty());
    }
  }

  private final Random random = new Random(20240607);
  private final int vocabulary;
  private final int pad;
  private final int fixedLength;

  /**
   * @param fixedLength the only length that the file takes; 0 for any
   */
  Probes(HfConfig config, int fixedLength) {
    this.vocabulary = config.integer("vocab_size");
    this.pad = config.integer("pad_token_id", 0);
    this.fixedLength = fixedLength;
  }

  /**
   * The batches for a search.
   *
   * @param few whether a token is dear, in a large model: then a few texts have to do
   * @param longest the longest text that file and model take
   * @param window a length that local attention does not span; 0 for none
   */
  List<Batch> batches(int longest, int window, boolean few) {
    int limit = fixedLength > 0 ? fixedLength : longest;
    int some = Math.min(limit, 10);
    List<Batch> batches = new ArrayList<>();
    batches.add(batch(rows(few ? 2 : 6, 1), 0, 0));
    batches.add(batch(rows(few ? 1 : 3, some), 0, 0));
    if (limit >= 4) {
      int padding = Math.max(1, Math.min(limit - 1, 4));
      batches.add(batch(rows(few ? 1 : 2, Math.min(limit, 9) - padding), 0, padding));
      if (fixedLength == 0 && !few) {
        batches.add(batch(rows(2, Math.min(limit, 9) - padding), padding, 0));
      }
      int[][] inside = rows(few ? 1 : 2, Math.min(limit, 8));
      for (int[] row : inside) {
        row[row.length / 2] = pad;
      }
      int[] last = inside[inside.length - 1];
      last[last.length - 1] = pad;
      batches.add(batch(inside, 0, 0));
    }
    int reach = Math.min(limit, Math.max(28, window + 12));
    if (reach > some && (window > 0 || !few)) {
      batches.add(batch(rows(1, reach), 0, 0));
    }
    return batches;
  }

  /** Texts of one token each, all different where the vocabulary is large enough. */
  Batch singleTokens(int count) {
    int[][] rows = new int[count][1];
    int stride = Math.max(1, vocabulary / count);
    for (int i = 0; i < count; i++) {
      rows[i][0] = notPad((int) ((long) i * stride % vocabulary));
    }
    return batch(rows, 0, 0);
  }

  private int notPad(int id) {
    return id == pad ? (id + 1) % vocabulary : id;
  }

  private int[][] rows(int count, int length) {
    int[][] rows = new int[count][length];
    for (int[] row : rows) {
      Arrays.setAll(row, i -> notPad(random.nextInt(vocabulary)));
    }
    return rows;
  }

  private Batch batch(int[][] tokens, int left, int right) {
    int length = tokens[0].length;
    int after = fixedLength > 0 ? fixedLength - length - left : right;
    int[][] ids = new int[tokens.length][];
    int[][] mask = new int[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = new int[left + length + after];
      Arrays.fill(ids[i], pad);
      System.arraycopy(tokens[i], 0, ids[i], left, length);
      mask[i] = new int[left + length + after];
      Arrays.fill(mask[i], left, left + length, 1);
    }
    return new Batch(ids, mask);
  }
}
