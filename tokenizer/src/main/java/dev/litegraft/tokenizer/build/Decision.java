package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides which version of the library a folder means; {@link FromPretrained} does the rest. */
final class Decision {
  private Decision() {}

  /**
   * Decides for a folder.
   *
   * @param base the folder that this one is an adapter of
   */
  static DecidedTokenizer of(Folder folder, Optional<Folder> base) {
    if (!folder.files.holdTokenizer()) {
      return absent(
          "",
          folder,
          new TokenizerAbsence(
              "the folder has no tokenizer: no tokenizer.json, no vocabulary file",
              "copy the tokenizer's files from where the model was trained into a copy of the"
                  + " folder, or give the model token ids"));
    }
    OptionalInt version = SavedBy.version(folder);
    if (version.isEmpty() && base.isPresent()) {
      OptionalInt hint = SavedBy.hint(folder);
      version = hint.isPresent() ? hint : SavedBy.version(base.get());
    }
    if (version.isPresent()) {
      return new FromPretrained(folder, version.getAsInt() >= 5 ? Library.FIVE : Library.FOUR)
          .decided();
    }
    return readBoth(folder);
  }

  private static DecidedTokenizer readBoth(Folder folder) {
    DecidedTokenizer four = new FromPretrained(folder, Library.FOUR).decided();
    try {
      if (same(four, new FromPretrained(folder, Library.FIVE).decided())) {
        return four;
      }
    } catch (TokenizerException e) {
      return four; // version 5 cannot have saved it
    }
    List<String> notes = new ArrayList<>(four.notes());
    notes.add(
        "nothing in the folder says which version of transformers saved it, and versions 4 and 5"
            + " build different tokenizers of it: version 4's was taken");
    return new DecidedTokenizer(
        four.tokenizerJson(),
        four.settings(),
        four.tokenizerClass(),
        notes,
        four.keys(),
        four.absence());
  }

  private static boolean same(DecidedTokenizer one, DecidedTokenizer other) {
    return one.tokenizerJson().isPresent() == other.tokenizerJson().isPresent()
        && (one.tokenizerJson().isEmpty()
            || Arrays.equals(
                one.tokenizerJson().orElseThrow(), other.tokenizerJson().orElseThrow()))
        && one.settings()
            .map(TokenizerSettings::givesTokenTypes)
            .equals(other.settings().map(TokenizerSettings::givesTokenTypes));
  }

  static DecidedTokenizer absent(String name, Folder folder, TokenizerAbsence absence) {
    return new DecidedTokenizer(
        Optional.empty(),
        Optional.empty(),
        name,
        List.of(),
        KeyUse.of(folder, null),
        Optional.of(absence));
  }
}
