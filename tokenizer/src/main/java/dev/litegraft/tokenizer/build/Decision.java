package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Decides: first the library's version, then the class, then the tokenizer. */
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
      return read(folder, version.getAsInt() >= 5 ? Library.FIVE : Library.FOUR);
    }
    return readBoth(folder);
  }

  private static DecidedTokenizer readBoth(Folder folder) {
    DecidedTokenizer four = read(folder, Library.FOUR);
    try {
      if (same(four, read(folder, Library.FIVE))) {
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

  private static DecidedTokenizer read(Folder folder, Library library) {
    ChosenClass chosen = ClassChoice.of(library, folder);
    TokenizerClass tokenizerClass = chosen.tokenizerClass();
    List<String> notes = new ArrayList<>();
    chosen
        .unknown()
        .ifPresent(
            name ->
                notes.add(
                    "transformers "
                        + library.major()
                        + " has no tokenizer class "
                        + name
                        + " ("
                        + chosen.because()
                        + "): tokenizer.json was taken as it is"));
    Arguments arguments = Arguments.of(folder, tokenizerClass, library);
    boolean converted =
        !tokenizerClass.fast()
            || (library.major() == 4 && converts(folder, tokenizerClass, arguments, notes));
    Optional<Draft> start = start(folder, tokenizerClass, arguments, converted);
    if (start.isEmpty() || Absences.cutsWithDictionary(tokenizerClass)) {
      return absent(tokenizerClass.name(), folder, Absences.of(tokenizerClass, folder));
    }
    Followed.doubt(tokenizerClass, library).ifPresent(notes::add);
    Draft draft = start.get();
    Map<String, @Nullable Object> before = draft.parts();
    boolean first = SavedBy.tokenizers(folder, library).equals("0.22");
    SpecialTokens tokens;
    boolean slow = !tokenizerClass.fast(); // these are alike in both versions
    if (first) {
      draft.added.lookAsFirstGiven();
    }
    if (library.major() == 4 || slow) {
      tokens = Version4.apply(draft, tokenizerClass, arguments, converted);
    } else {
      draft = Version5.built(draft, folder, tokenizerClass, arguments, notes);
      if (first) {
        draft.added.lookAsFirstGiven();
      }
      tokens = Version5.initialize(draft, arguments);
      Behind5.finish(Version5.inherited(tokenizerClass), draft, arguments, tokens);
    }
    MistralPattern.apply(draft, folder, arguments, library);
    if (arguments.isTrue("split_special_tokens")) {
      draft.added.hideSpecial();
    }
    if (folder.hasTokenizerJson() && !converted) {
      notes.addAll(Contradictions.of(folder, draft, tokens));
      Changes.note(before, draft.parts(), tokenizerClass, library, chosen.because())
          .ifPresent(notes::add);
    } else if (!folder.hasTokenizerJson()) {
      notes.add(
          "the folder has no tokenizer.json: one was built of its vocabulary as "
              + tokenizerClass.name()
              + " of transformers "
              + library.major()
              + " does ("
              + chosen.because()
              + ")");
    }
    return new DecidedTokenizer(
        Optional.of(draft.json()),
        Optional.of(
            TokenizerSettings.of(library, tokenizerClass, arguments, tokens, draft, folder)),
        tokenizerClass.name(),
        List.copyOf(notes),
        KeyUse.of(folder, tokenizerClass),
        Optional.empty());
  }

  /**
   * The tokenizer before the class's constructor: the file's, or made of vocabulary files.
   *
   * @param converted whether it is made of the class without the tokenizers library
   */
  private static Optional<Draft> start(
      Folder folder, TokenizerClass tokenizerClass, Arguments arguments, boolean converted) {
    if (converted) {
      return new Converted4(folder, arguments).draft(Version4.rulesOf(tokenizerClass));
    }
    if (folder.hasTokenizerJson()) {
      return Optional.of(Draft.of(folder.tokenizerJson, folder.vocabulary()));
    }
    return new Extracted5(folder, tokenizerClass, arguments).draft();
  }

  /**
   * Whether version 4 makes the tokenizer of vocabulary files: without {@code tokenizer.json}, or
   * where Llama's and T5's classes are told about the prefix space.
   */
  private static boolean converts(
      Folder folder, TokenizerClass tokenizerClass, Arguments arguments, List<String> notes) {
    if (!folder.hasTokenizerJson()) {
      return true;
    }
    if (folder.tokenizerConfig.containsKey("tokenizer_file")
        && folder.tokenizerConfig.get("tokenizer_file") == null
        && new Converted4(folder, arguments).hasFiles(Version4.rulesOf(tokenizerClass))) {
      notes.add(
          "tokenizer_file is null in tokenizer_config.json: transformers 4 then makes the tokenizer"
              + " of the vocabulary file and leaves tokenizer.json unread");
      return true;
    }
    boolean asks =
        (tokenizerClass.is("LlamaTokenizer") || tokenizerClass.is("T5Tokenizer"))
            && arguments.values.get("add_prefix_space") != null;
    String model = String.valueOf(tokenizerClass.vocabularyFiles().get("vocab_file"));
    if (asks && folder.files.has(model)) {
      notes.add(
          model
              + " was taken instead of tokenizer.json: transformers 4 does so where"
              + " tokenizer_config.json has add_prefix_space");
      return true;
    }
    if (asks) {
      notes.add(
          "transformers 4 needs "
              + model
              + " where tokenizer_config.json has add_prefix_space, and does not load this folder:"
              + " tokenizer.json was taken");
    }
    return false;
  }

  private static DecidedTokenizer absent(String name, Folder folder, TokenizerAbsence absence) {
    return new DecidedTokenizer(
        Optional.empty(),
        Optional.empty(),
        name,
        List.of(),
        KeyUse.of(folder, null),
        Optional.of(absence));
  }
}
