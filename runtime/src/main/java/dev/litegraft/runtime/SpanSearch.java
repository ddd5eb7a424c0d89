package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The spans of one piece of a context that may answer, by the product of two probabilities: that an
 * answer begins with its first token, and that one ends with its last.
 *
 * <p>Source: {@code select_starts_ends} and {@code decode_spans} of transformers' pipeline for
 * question answering.
 */
final class SpanSearch {
  /** A span of tokens, both ends included. */
  record TokenSpan(int first, int last, double score) {}

  private final boolean[] context;
  private final double[] start;
  private final double[] end;
  private final double none;

  /**
   * @param logits [t, 2]
   * @param sequence which text of the pair the context is
   * @param cls the token that stands for no answer
   */
  SpanSearch(Encoding piece, float[] logits, int sequence, Optional<Integer> cls) {
    int count = piece.length();
    this.context = new boolean[count];
    boolean[] counts = new boolean[count];
    for (int i = 0; i < count; i++) {
      context[i] = piece.sequences()[i] == sequence;
      counts[i] = context[i] || cls.filter(Integer.valueOf(piece.ids()[i])::equals).isPresent();
    }
    this.start = probabilities(logits, 0, counts);
    this.end = probabilities(logits, 1, counts);
    this.none = start[0] * end[0];
    start[0] = 0;
    end[0] = 0;
  }

  private static double[] probabilities(float[] logits, int column, boolean[] counts) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < counts.length; i++) {
      most = counts[i] ? Math.max(most, logits[2 * i + column]) : most;
    }
    double[] p = new double[counts.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = counts[i] ? Math.exp(logits[2 * i + column] - most) : 0;
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** That this piece has no answer. */
  double none() {
    return none;
  }

  /**
   * The likeliest spans, the best first.
   *
   * @param most how many
   * @param longest the most tokens of one
   */
  List<TokenSpan> best(int most, int longest) {
    List<TokenSpan> all = new ArrayList<>();
    for (int i = 0; i < start.length; i++) {
      for (int j = i; context[i] && j < Math.min(start.length, i + longest); j++) {
        if (context[j] && start[i] * end[j] > 0) {
          all.add(new TokenSpan(i, j, start[i] * end[j]));
        }
      }
    }
    all.sort(Comparator.comparingDouble(TokenSpan::score).reversed());
    return all.subList(0, Math.min(most, all.size()));
  }
}
