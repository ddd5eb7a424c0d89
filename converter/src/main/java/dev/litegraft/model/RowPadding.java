package dev.litegraft.model;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Task;
import java.util.List;
import java.util.OptionalInt;

/**
 * How rows that are shorter than a signature are filled up, and whether that changes answers.
 *
 * @param model whose rows they are
 * @param ofClass what the family's class does, whatever stands behind it
 * @param ofTokenizer where the tokenizer pads, whether or not the model allows it
 */
public record RowPadding(Model model, Task ofClass, Side ofTokenizer) {
  /** The id that pads texts; absent where the model does not know padding by its id. */
  public OptionalInt padToken() {
    return model.architecture().padToken(model.config());
  }

  /**
   * Checks that padded texts can be read: with a pad token outside of the vocabulary the original
   * class does not even load.
   *
   * @throws InvalidCheckpointException if they cannot
   */
  public void requirePadToken() {
    OptionalInt pad = padToken();
    int words = model.config().integer("vocab_size", Integer.MAX_VALUE);
    if (pad.isPresent() && pad.getAsInt() >= words) {
      throw new InvalidCheckpointException(
          "pad_token_id is " + pad.getAsInt() + ", but the vocabulary has " + words + " words",
          model.config().where() + ", pad_token_id",
          "in a copy of the folder, correct the key, or set it to null if no text was padded in"
              + " training");
    }
  }

  /** Whether a classifier reads a text's last token. */
  public boolean readsTheLast() {
    return ofClass == Task.SEQUENCE_CLASSIFICATION && model.poolings().contains(Pooling.LAST);
  }

  /** Whether a classifier reads the last token of a row, be it padding or not. */
  public boolean readsTheVeryLast() {
    return readsTheVeryLast(model.poolings());
  }

  private boolean readsTheVeryLast(List<Pooling> poolings) {
    return ofClass == Task.SEQUENCE_CLASSIFICATION
        && poolings.contains(Pooling.LAST)
        && padToken().isEmpty();
  }

  /** Whether masked padding may stand at the left of the tokens. */
  public boolean allowsLeftPadding() {
    return model.architecture().allowsLeftPadding(model.config());
  }

  /**
   * Whether a row that is shorter than its signature is filled up at its left: as the tokenizer
   * says, where the positions allow. A classifier that reads the last token and knows no pad token
   * takes the padding for its text there, and needs the left one.
   */
  public boolean padsLeft() {
    return padsLeft(model.poolings());
  }

  /** As {@link #padsLeft()}, with tokens' vectors that become one in another way. */
  public boolean padsLeft(List<Pooling> poolings) {
    boolean asTheTokenizer = ofTokenizer == Side.LEFT && !poolings.contains(Pooling.CLS);
    return allowsLeftPadding() && (readsTheVeryLast(poolings) || asTheTokenizer);
  }

  /** Whether the length of a row counts, so that even masked padding changes the answers. */
  public boolean readsTheLength() {
    return model.architecture().readsTheLength(model.config());
  }

  /**
   * Whether masked padding changes the answer, so that a row has to be computed with it.
   *
   * @param padsLeft whether it stands at the left of the tokens
   */
  public boolean readsPadding(boolean padsLeft) {
    return readsTheLength() || (readsTheVeryLast() && !padsLeft);
  }
}
