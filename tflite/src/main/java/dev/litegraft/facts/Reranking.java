package dev.litegraft.facts;

import dev.litegraft.facts.Members.Written;
import java.util.List;
import java.util.Optional;

/**
 * How a language model that judges texts is asked.
 *
 * @param segments what it reads, one after the other; each is made to tokens by itself, without the
 *     tokenizer's own special tokens. {@link #INSTRUCTION}, {@link #QUERY} and {@link #DOCUMENT}
 *     stand for what is asked; the segment of the document is cut where a text is too long
 * @param instruction the usual instruction; a segment that has a place for it is left out where it
 *     is empty
 * @param trueToken the token whose logit is the score
 * @param falseToken the token whose logit is subtracted from it; −1 for none
 */
public record Reranking(List<String> segments, String instruction, int trueToken, int falseToken) {
  /** Stands for the instruction in a segment. */
  public static final String INSTRUCTION = "{instruction}";

  /** Stands for the query. */
  public static final String QUERY = "{query}";

  /** Stands for the text that is judged. */
  public static final String DOCUMENT = "{document}";

  private static final Fact<List<String>> SEGMENTS = Fact.texts("segments");
  private static final Fact<String> USUAL = Fact.text("instruction");
  private static final Fact<Integer> TRUE = Fact.whole("true_token_id", 0);
  private static final Fact<Integer> FALSE = Fact.whole("false_token_id", 0);

  static final Fact.Kind<Reranking> KIND =
      Members.kind(
          said ->
              new Reranking(
                  said.require(SEGMENTS),
                  said.require(USUAL),
                  said.require(TRUE),
                  said.find(FALSE).orElse(-1)),
          how ->
              new Written()
                  .with(SEGMENTS, how.segments())
                  .with(USUAL, how.instruction())
                  .with(TRUE, how.trueToken())
                  .with(FALSE, Optional.of(how.falseToken()).filter(id -> id >= 0)));

  public Reranking {
    segments = List.copyOf(segments);
  }
}
