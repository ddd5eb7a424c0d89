package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.build.SentencePieceModel.Piece;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Files beside {@code tokenizer.json} that say otherwise, and which of them counts. */
final class Contradictions {
  private static final List<String> MODELS =
      List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model");

  private Contradictions() {}

  /** A sentence for each such file. */
  static List<String> of(Folder folder, Draft draft, SpecialTokens tokens) {
    List<String> notes = new ArrayList<>();
    classes(notes, folder);
    padding(notes, folder, draft, tokens);
    folder
        .files
        .file("vocab.txt")
        .ifPresent(
            file -> add(notes, "vocab.txt", VocabularyFiles.lines(file, false).ids(), draft));
    folder
        .files
        .file("vocab.json")
        .ifPresent(
            file ->
                add(
                    notes,
                    "vocab.json",
                    VocabularyFiles.object(file, folder.files.where("vocab.json")).ids(),
                    draft));
    for (String name : MODELS) {
      folder.files.file(name).ifPresent(file -> addModel(notes, name, file, draft));
    }
    return notes;
  }

  private static void addModel(List<String> notes, String name, byte[] file, Draft draft) {
    try {
      Set<String> pieces =
          SentencePieceModel.read(file, name).pieces.stream()
              .filter(piece -> piece.type() == 1)
              .map(Piece::text)
              .collect(Collectors.toSet());
      add(notes, name, pieces, draft);
    } catch (TokenizerException e) {
      // The file is not needed, and tiktoken's have this name, too.
      notes.add(name + " was not read: " + e.what());
    }
  }

  /** AutoTokenizer asks tokenizer_config.json first. */
  private static void classes(List<String> notes, Folder folder) {
    String own = Keys.text(folder.tokenizerConfig, "tokenizer_class");
    String models = Keys.text(folder.config, "tokenizer_class");
    if (own != null && models != null && !plain(own).equals(plain(models))) {
      notes.add(
          "tokenizer_class is "
              + own
              + " in tokenizer_config.json and "
              + models
              + " in config.json: tokenizer_config.json counts, as transformers reads it first");
    }
  }

  private static String plain(String name) {
    return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
  }

  /** What a model takes for padding it knows from config.json alone. */
  private static void padding(
      List<String> notes, Folder folder, Draft draft, SpecialTokens tokens) {
    Integer own = tokens.id("pad_token", draft);
    if (own != null
        && folder.config.get("pad_token_id") instanceof Number models
        && models.intValue() != own) {
      notes.add(
          "pad_token_id is "
              + models
              + " in config.json, and the tokenizer pads with "
              + tokens.text("pad_token").orElse("")
              + ", which is "
              + own
              + ": the model tells padding by config.json, as the library's does");
    }
  }

  private static void add(List<String> notes, String name, Map<String, Integer> ids, Draft draft) {
    add(notes, name, ids.keySet(), draft);
    long moved =
        ids.entrySet().stream()
            .filter(e -> draft.id(e.getKey()) != null && !e.getValue().equals(draft.id(e.getKey())))
            .count();
    if (moved > 0) {
      notes.add(
          name
              + " has "
              + moved
              + " of its "
              + ids.size()
              + " tokens under other ids than tokenizer.json: those of tokenizer.json were taken, as"
              + " transformers takes them");
    }
  }

  private static void add(List<String> notes, String name, Set<String> tokens, Draft draft) {
    long missing = tokens.stream().filter(token -> draft.id(token) == null).count();
    if (missing > 0) {
      notes.add(
          name
              + " has "
              + missing
              + " of its "
              + tokens.size()
              + " tokens that tokenizer.json does not have: tokenizer.json was taken, as"
              + " transformers takes it");
    }
  }
}
