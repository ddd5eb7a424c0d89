package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;

/**
 * How answers are looked for; the names in brackets are those of transformers' pipeline.
 *
 * @param top how many answers there may be ({@code top_k})
 * @param longest the most tokens of an answer ({@code max_answer_len})
 * @param stride how many tokens a piece of a long context has in common with the one before it
 *     ({@code doc_stride}); −1: half of what the model reads, at most 128
 * @param mayBeEmpty whether the answer may be that there is none ({@code handle_impossible_answer})
 */
public record AnswerOptions(int top, int longest, int stride, boolean mayBeEmpty) {
  private static final AnswerOptions DEFAULTS = new AnswerOptions(1, 15, -1, false);

  /**
   * @throws InvalidRequestException if a number is below 1, or the stride below −1
   */
  public AnswerOptions {
    if (top < 1 || longest < 1 || stride < -1) {
      throw new InvalidRequestException(
          top + " answers of at most " + longest + " tokens, with a stride of " + stride,
          "the options of a question",
          "use numbers of 1 and more, and a stride of 0 and more");
    }
  }

  /** One answer of at most 15 tokens. */
  public static AnswerOptions defaults() {
    return DEFAULTS;
  }

  /** The same with so many answers. */
  public AnswerOptions withTop(int answers) {
    return new AnswerOptions(answers, longest, stride, mayBeEmpty);
  }

  /** The same with answers of at most so many tokens. */
  public AnswerOptions withLongest(int tokens) {
    return new AnswerOptions(top, tokens, stride, mayBeEmpty);
  }

  /** The same with another overlap of pieces. */
  public AnswerOptions withStride(int tokens) {
    return new AnswerOptions(top, longest, tokens, mayBeEmpty);
  }

  /** The same, where there may be no answer. */
  public AnswerOptions withEmpty(boolean allowed) {
    return new AnswerOptions(top, longest, stride, allowed);
  }
}
