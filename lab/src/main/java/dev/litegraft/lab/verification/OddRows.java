package dev.litegraft.lab.verification;

import dev.litegraft.facts.Side;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a file of another tool reads rows that no tokenizer of the folder makes: padded on the other
 * side, or with the pad token among the text's. Its answers to texts are judged without them.
 *
 * @param plain the answers to texts as a tokenizer makes them
 * @param sentences what is read otherwise, a kind of row each; empty where nothing is
 */
record OddRows(List<Answer> plain, List<String> sentences) {
  /** Of a quantized file: how much farther an odd row may be off than the farthest plain one. */
  private static final double ROUNDING = 2;

  OddRows {
    plain = List.copyOf(plain);
    sentences = List.copyOf(sentences);
  }

  /** All rows count alike, as for a file of ours. */
  static OddRows none(List<Answer> answers) {
    return new OddRows(answers, List.of());
  }

  /**
   * Parts the answers.
   *
   * @param padId the pad token
   * @param tokenizer the side on which the folder's tokenizer fills rows up
   * @param judge whether the answers of one kind are the checkpoint's
   * @param reference answers a row anew
   */
  static OddRows of(
      List<Answer> answers, int padId, Side tokenizer, Judge judge, Reference reference) {
    List<Answer> plain = new ArrayList<>();
    List<Answer> otherSide = new ArrayList<>();
    List<Answer> padInside = new ArrayList<>();
    for (Answer answer : answers) {
      TokenRow row = answer.question().row();
      Optional<Side> padding = padding(row);
      if (padding.isPresent() && padding.get() != tokenizer) {
        otherSide.add(answer);
      } else if (hasPadInside(row, padId)) {
        padInside.add(answer);
      } else {
        plain.add(answer);
      }
    }
    double farthest = plain.stream().mapToDouble(Answer::maxAbs).max().orElse(0);
    List<String> sentences = new ArrayList<>();
    if (!judge.agrees(otherSide, ROUNDING * farthest)) {
      String side = tokenizer == Side.RIGHT ? "left" : "right";
      boolean atCount =
          tokenizer == Side.RIGHT
              && judge.agrees(
                  otherSide.stream().map(a -> atCount(a, reference)).toList(), ROUNDING * farthest);
      sentences.add(
          "rows padded on the "
              + side
              + " are read otherwise"
              + (atCount ? ": the token is `mask.sum() - 1`" : ""));
    }
    if (!judge.agrees(padInside, ROUNDING * farthest)) {
      sentences.add("rows with the pad token inside are read otherwise");
    }
    return new OddRows(plain, sentences);
  }

  /** Whether answers of one kind are the checkpoint's. */
  interface Judge {
    /**
     * Whether these are.
     *
     * @param rounding what a number of a quantized file may be off
     */
    boolean agrees(List<Answer> answers, double rounding);
  }

  /** The checkpoint's answer to a row, compared with a file's. */
  interface Reference {
    Answer beside(Question row, float[] actual);
  }

  /**
   * In a decoder the token with the number of attended tokens, minus one, sees what stands before
   * it: the row cut behind it answers the same.
   */
  private static Answer atCount(Answer answer, Reference reference) {
    TokenRow row = answer.question().row();
    int count = Arrays.stream(row.mask()).sum();
    TokenRow cut =
        TokenRow.of(
            Arrays.copyOf(row.ids(), count),
            Arrays.copyOf(row.mask(), count),
            Arrays.copyOf(row.types(), count));
    Question question = new Question(answer.question().name(), answer.question().text(), cut);
    return reference.beside(question, answer.actual());
  }

  private static Optional<Side> padding(TokenRow row) {
    int[] mask = row.mask();
    if (mask[0] == 0) {
      return Optional.of(Side.LEFT);
    }
    return mask[mask.length - 1] == 0 ? Optional.of(Side.RIGHT) : Optional.empty();
  }

  private static boolean hasPadInside(TokenRow row, int padId) {
    for (int i = 0; i < row.length(); i++) {
      if (row.mask()[i] == 1 && row.ids()[i] == padId) {
        return true;
      }
    }
    return false;
  }

  /** For whom the verdict holds, where a file has only static lengths. */
  static String held(Side tokenizer) {
    return "texts as a tokenizer makes them, padded on the "
        + tokenizer.name().toLowerCase(Locale.ROOT);
  }
}
