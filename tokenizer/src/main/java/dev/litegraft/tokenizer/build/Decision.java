package dev.litegraft.tokenizer.build;

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
    DecidedTokenizer five = read(folder, Library.FIVE);
    if (same(four, five)) {
      return four;
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
    if (!folder.hasTokenizerJson()) {
      return absent(tokenizerClass.name(), folder, Absences.of(tokenizerClass.name(), folder));
    }
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
    Draft file = Draft.of(folder.tokenizerJson, folder.files.where("tokenizer.json"));
    byte[] before = file.json();
    Draft draft = file;
    SpecialTokens tokens;
    if (library.major() == 4) {
      tokens = Version4.apply(draft, tokenizerClass, arguments);
    } else {
      draft = rebuilt(file, folder, tokenizerClass, arguments, notes);
      tokens = Version5.initialize(draft, arguments);
      Behind5.finish(inherited(tokenizerClass), draft, arguments, tokens);
    }
    if (arguments.isTrue("split_special_tokens")) {
      draft.added.removeSpecialOfVocabulary();
    }
    byte[] json = draft.json();
    Changes.note(before, json, tokenizerClass, library, chosen.because()).ifPresent(notes::add);
    return new DecidedTokenizer(
        Optional.of(json),
        Optional.of(TokenizerSettings.of(library, tokenizerClass, arguments, tokens, draft)),
        tokenizerClass.name(),
        List.copyOf(notes),
        KeyUse.of(folder, tokenizerClass),
        Optional.empty());
  }

  /** The class whose constructor runs: the class's own or the one above it. */
  private static String inherited(TokenizerClass tokenizerClass) {
    return tokenizerClass.ownInit() || tokenizerClass.parents().isEmpty()
        ? tokenizerClass.name()
        : tokenizerClass.parents().get(0);
  }

  private static Draft rebuilt(
      Draft file,
      Folder folder,
      TokenizerClass tokenizerClass,
      Arguments arguments,
      List<String> notes) {
    String name = tokenizerClass.name();
    Behind5.prepare(inherited(tokenizerClass), arguments);
    if (!tokenizerClass.ownInit() || name.equals("TokenizersBackend")) {
      return file;
    }
    if ("Unigram".equals(tokenizerClass.model()) && !file.vocabulary.isList()) {
      notes.add(
          "the class "
              + name
              + " needs pieces with scores, and tokenizer.json has none: it was taken as it is");
      return file;
    }
    Optional<Draft> built =
        new Rebuilt(arguments, file.model, file.vocabulary, charsmap(folder.tokenizerJson))
            .build(name);
    if (built.isEmpty()) {
      notes.add(
          "the tokenizer class "
              + name
              + " of transformers 5 is not known here: tokenizer.json was taken as it is");
      return file;
    }
    Draft draft = built.get();
    if (Keys.truth(file.postProcessor)) {
      draft.postProcessor = file.postProcessor;
    }
    draft.truncation = file.truncation;
    draft.padding = file.padding;
    return draft;
  }

  /** SentencePiece's normalization in the file: of its normalizer, or the first that has one. */
  private static Optional<String> charsmap(Map<String, @Nullable Object> json) {
    Object normalizer = json.get("normalizer");
    List<?> all =
        normalizer instanceof Map<?, ?> part && part.get("normalizers") instanceof List<?> list
            ? list
            : normalizer == null ? List.of() : List.of(normalizer);
    for (Object one : all) {
      if (Keys.type(one).equals("Precompiled")
          && one instanceof Map<?, ?> part
          && part.get("precompiled_charsmap") instanceof String map) {
        return Optional.of(map);
      }
    }
    return Optional.empty();
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
