package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code AutoTokenizer.from_pretrained} of one version of transformers makes of a folder: it
 * chooses the class, and the class makes the tokenizer.
 */
final class FromPretrained {
  private final Folder folder;
  private final Library library;
  private final ChosenClass chosen;
  private final TokenizerClass tokenizerClass;
  private final Arguments arguments;
  private final List<String> notes = new ArrayList<>();

  /** Whether the class makes it of vocabulary files, without the tokenizers library. */
  private final boolean converted;

  FromPretrained(Folder folder, Library library) {
    this.folder = folder;
    this.library = library;
    this.chosen = ClassChoice.of(library, folder);
    this.tokenizerClass = chosen.tokenizerClass();
    this.arguments = Arguments.of(folder, tokenizerClass, library);
    noteUnknownClass();
    this.converted = !tokenizerClass.fast() || (library.major() == 4 && converts());
  }

  DecidedTokenizer decided() {
    Optional<Draft> start = start();
    if (start.isEmpty() || Absences.cutsWithDictionary(tokenizerClass)) {
      return Decision.absent(tokenizerClass.name(), folder, Absences.of(tokenizerClass, folder));
    }
    Followed.doubt(tokenizerClass, library).ifPresent(notes::add);
    Map<String, @Nullable Object> before = start.get().parts();
    Constructed made = constructed(start.get());
    Draft draft = made.draft();
    MistralPattern.apply(draft, folder, arguments, library);
    if (arguments.isTrue("split_special_tokens")) {
      draft.added.hideSpecial();
    }
    noteWhatItIsOf(before, made);
    return new DecidedTokenizer(
        Optional.of(draft.json()),
        Optional.of(
            TokenizerSettings.of(library, tokenizerClass, arguments, made.tokens(), draft, folder)),
        tokenizerClass.name(),
        List.copyOf(notes),
        KeyUse.of(folder, tokenizerClass),
        Optional.empty());
  }

  private void noteUnknownClass() {
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
  }

  /**
   * Whether version 4 makes the tokenizer of vocabulary files: without {@code tokenizer.json}, or
   * where Llama's and T5's classes are told about the prefix space.
   */
  private boolean converts() {
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

  /** The tokenizer before the class's constructor: the file's, or made of vocabulary files. */
  private Optional<Draft> start() {
    if (converted) {
      return new Converted4(folder, arguments).draft(Version4.rulesOf(tokenizerClass));
    }
    if (folder.hasTokenizerJson()) {
      return Optional.of(Draft.of(folder.tokenizerJson, folder.vocabulary()));
    }
    return new Extracted5(folder, tokenizerClass, arguments).draft();
  }

  /** The tokenizer behind the class's constructor. */
  private record Constructed(Draft draft, SpecialTokens tokens) {}

  private Constructed constructed(Draft start) {
    boolean slow = !tokenizerClass.fast(); // these are alike in both versions
    boolean first = SavedBy.tokenizers(folder, library).equals("0.22");
    if (first) {
      start.added.lookAsFirstGiven();
    }
    if (library.major() == 4 || slow) {
      return new Constructed(start, Version4.apply(start, tokenizerClass, arguments, converted));
    }
    Draft draft = Version5.built(start, folder, tokenizerClass, arguments, notes);
    if (first) {
      draft.added.lookAsFirstGiven();
    }
    SpecialTokens tokens = Version5.initialize(draft, arguments);
    Behind5.finish(Version5.inherited(tokenizerClass), draft, arguments, tokens);
    return new Constructed(draft, tokens);
  }

  /**
   * Notes where the tokenizer comes from, and how it differs from the file's.
   *
   * @param before the {@link Draft#parts} before the class's constructor
   */
  private void noteWhatItIsOf(Map<String, @Nullable Object> before, Constructed made) {
    if (!folder.hasTokenizerJson()) {
      notes.add(
          "the folder has no tokenizer.json: one was built of its vocabulary as "
              + tokenizerClass.name()
              + " of transformers "
              + library.major()
              + " does ("
              + chosen.because()
              + ")");
    } else if (!converted) {
      notes.addAll(Contradictions.of(folder, made.draft(), made.tokens()));
      Changes.note(before, made.draft().parts(), tokenizerClass, library, chosen.because())
          .ifPresent(notes::add);
    }
  }
}
