package dev.litegraft.lab.verification;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Side;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.RawModel;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint and a file can both be asked.
 *
 * @param vocabulary how many token ids there are
 * @param padId what rows are padded with
 * @param padsLeft where rows are padded that are shorter than a static length
 * @param longest the most tokens that both take
 * @param lengths static lengths, ascending; empty if the length is dynamic
 * @param takesMask whether padding can be told from text
 * @param typeCount how many token types both tell apart; 1 where one has none
 * @param trims whether a row that fills up a length answers as the text alone
 */
public record Reach(
    int vocabulary,
    int padId,
    boolean padsLeft,
    int longest,
    List<Integer> lengths,
    boolean takesMask,
    int typeCount,
    boolean trims) {
  /** A static length below this is too short to tell settings apart. */
  public static final int TELLING = 8;

  public Reach {
    lengths = List.copyOf(lengths);
  }

  /** What {@code checkpoint} and a file of it can be asked. */
  public static Reach of(Model checkpoint, RawModel file, Optional<ModelFacts> facts) {
    boolean padsLeft =
        facts.map(f -> f.paddingSide() == Side.LEFT).orElse(checkpoint.padding().padsLeft());
    return new Reach(
        checkpoint.vocabulary(),
        checkpoint.padding().padToken().orElse(0),
        padsLeft,
        Math.min(file.maxLength().orElse(Model.USUAL_LENGTH), checkpoint.limit()),
        file.lengths(),
        file.takesMask(),
        file.takesTokenTypes() ? checkpoint.tokenTypes() : 1,
        !checkpoint.padding().readsPadding(padsLeft));
  }

  /** The same for rows of at most so many tokens. */
  public Reach atMost(int tokens) {
    return new Reach(
        vocabulary,
        padId,
        padsLeft,
        Math.min(longest, tokens),
        lengths,
        takesMask,
        typeCount,
        trims);
  }

  /** Whether there is more than one token type. */
  public boolean takesTypes() {
    return typeCount > 1;
  }

  /** The smallest static length for {@code tokens}; {@code tokens} where the length is dynamic. */
  public int lengthFor(int tokens) {
    return lengths.stream().filter(length -> length >= tokens).findFirst().orElse(tokens);
  }

  /**
   * The static length that tells settings apart at the least cost; 0 where the length is dynamic.
   */
  public int tellingLength() {
    return lengths.stream()
        .filter(length -> length >= TELLING)
        .findFirst()
        .orElse(lengths.isEmpty() ? 0 : lengths.get(lengths.size() - 1));
  }
}
