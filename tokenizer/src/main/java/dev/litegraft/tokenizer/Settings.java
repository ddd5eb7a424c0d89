package dev.litegraft.tokenizer;

import java.util.Optional;

/**
 * What is decided outside of {@code tokenizer.json}.
 *
 * @param addsSpecialTokens whether the template's special tokens are put around each input
 * @param readsSpecialTokens whether special tokens that stand in a text are read as such
 * @param truncation how many tokens an input may have; absent for any number
 * @param padding with what a row is filled up; absent for nothing
 * @param version which version of the tokenizers library is followed where two differ: in what is
 *     cut of pairs, in what overflows, and in how added tokens are decoded
 * @param keepsOverflow whether what is left out is given in parts; a text is read to its end then
 */
public record Settings(
    boolean addsSpecialTokens,
    boolean readsSpecialTokens,
    Optional<Truncation> truncation,
    Optional<Padding> padding,
    Truncation.Version version,
    boolean keepsOverflow) {
  private static final Settings DEFAULTS =
      new Settings(true, true, Optional.empty(), Optional.empty(), Truncation.Version.V0_21, false);

  /** Special tokens, and nothing cut or filled up: what a call of transformers' tokenizer does. */
  public static Settings defaults() {
    return DEFAULTS;
  }

  /** These, with or without the template's special tokens. */
  public Settings withSpecialTokens(boolean added) {
    return new Settings(added, readsSpecialTokens, truncation, padding, version, keepsOverflow);
  }

  /**
   * These, and special tokens that stand in a text are read as such or as any other text.
   *
   * <p>As text they are what {@code encode_special_tokens} of the library (transformers' {@code
   * split_special_tokens}) makes of them, but for models whose own vocabulary has them, such as
   * Unigram's: there the library still gives the special token, and this does not. So no text can
   * pass for a special token of more than one character.
   */
  public Settings withSpecialTokensRead(boolean read) {
    return new Settings(addsSpecialTokens, read, truncation, padding, version, keepsOverflow);
  }

  /** These, with another limit. */
  public Settings with(Truncation limit) {
    return new Settings(
        addsSpecialTokens, readsSpecialTokens, Optional.of(limit), padding, version, keepsOverflow);
  }

  /** These, and rows are filled up. */
  public Settings with(Padding filled) {
    return new Settings(
        addsSpecialTokens,
        readsSpecialTokens,
        truncation,
        Optional.of(filled),
        version,
        keepsOverflow);
  }

  /** These, and where versions of the library differ, one is followed. */
  public Settings with(Truncation.Version library) {
    return new Settings(
        addsSpecialTokens, readsSpecialTokens, truncation, padding, library, keepsOverflow);
  }

  /** These, and what is left out is given in parts, or not. */
  public Settings withOverflow(boolean kept) {
    return new Settings(addsSpecialTokens, readsSpecialTokens, truncation, padding, version, kept);
  }
}
