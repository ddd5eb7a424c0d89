package dev.litegraft.model;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.facts.Side;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the tokenizer, and sentence-transformers, say of texts.
 *
 * @param longest the most tokens
 * @param padding where the tokenizer pads
 * @param types whether the tokenizer says which of two texts a token is of
 */
public record ReadTexts(int longest, Side padding, boolean types) {
  static final ReadTexts UNKNOWN = new ReadTexts(Integer.MAX_VALUE, Side.RIGHT, false);

  static ReadTexts of(Checkpoint checkpoint) throws IOException {
    CheckpointTokenizer tokenizer = checkpoint.tokenizer();
    return new ReadTexts(
        longestText(checkpoint.sentence(), tokenizer),
        tokenizer.paddingSide(),
        tokenizer.givesTypes());
  }

  /**
   * The most tokens of a text that a folder's tokenizer and modules allow, whatever the model
   * reads; {@link Integer#MAX_VALUE} where neither has a limit.
   */
  public static int longestText(
      Optional<SentenceTransformer> sentence, CheckpointTokenizer tokenizer) {
    OptionalInt own = sentence.map(s -> s.settings().maxLength()).orElse(OptionalInt.empty());
    // sentence-transformers gives its own limit to the tokenizer, whatever that had.
    return own.isPresent() ? own.getAsInt() : tokenizer.maxLength().orElse(Integer.MAX_VALUE);
  }
}
